package dev.parallelchange.migration.sequence;

/**
 * A sequence that a side takes keys from, as it stands.
 *
 * @param name the qualified name, quoted where it has to be
 * @param increment the distance of two values
 * @param cache how many values a session takes at once
 * @param limit the highest value that the sequence may hand out
 * @param cycle whether it starts again at its end
 * @param permitted whether it may be read and set
 * @param last the latest value that it has handed out; meaningless if it may not be read
 * @param rangeStart the value above which everything up to {@code last} may have been
 * handed out
 */
public record KeySequence(String name, long increment, long cache, long limit, boolean cycle, boolean permitted,
		long last, long rangeStart) {

	/**
	 * Return how many keys one call may cover: those that a session caches, and the block
	 * that a pooled optimizer makes of each value.
	 * @return a number of keys
	 */
	public long reach() {
		return this.increment * this.cache;
	}

	/**
	 * Return whether a value may have been handed out since the sequence was set apart.
	 * @return {@code true} if there may be a key above the start of its range
	 */
	public boolean isDrawn() {
		return this.last > this.rangeStart;
	}

	/**
	 * Return whether it can be kept apart from another one.
	 * @return {@code true} if it may be set, ascends and does not start again
	 */
	public boolean isMovable() {
		return this.permitted && this.increment > 0 && !this.cycle;
	}

	/**
	 * Return where the keys of its present range begin.
	 * @return a value below all of them
	 */
	long start() {
		return Math.min(this.rangeStart, this.last);
	}

}
