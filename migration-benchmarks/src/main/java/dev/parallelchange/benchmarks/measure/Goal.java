package dev.parallelchange.benchmarks.measure;

/**
 * What a figure ought to be.
 *
 * @param bound on which side of the limit
 * @param limit the limit
 */
public record Goal(Bound bound, double limit) {

	/** A figure that is only stated. */
	public static final Goal STATED = new Goal(Bound.NONE, 0);

	/**
	 * Ask for a figure that is not smaller than a limit.
	 * @param limit the limit
	 * @return the goal
	 */
	public static Goal atLeast(double limit) {
		return new Goal(Bound.AT_LEAST, limit);
	}

	/**
	 * Ask for a figure that is not larger than a limit.
	 * @param limit the limit
	 * @return the goal
	 */
	public static Goal atMost(double limit) {
		return new Goal(Bound.AT_MOST, limit);
	}

	/**
	 * Return whether a figure reaches the goal.
	 * @param value the figure
	 * @return {@code true} if it does, or if there is no goal
	 */
	public boolean isMetBy(double value) {
		return switch (this.bound) {
			case AT_LEAST -> value >= this.limit;
			case AT_MOST -> value <= this.limit;
			case NONE -> true;
		};
	}

	@Override
	public String toString() {
		return switch (this.bound) {
			case AT_LEAST -> "at least " + Finding.format(this.limit);
			case AT_MOST -> "at most " + Finding.format(this.limit);
			case NONE -> "stated";
		};
	}

	/** The sides of a limit. */
	public enum Bound {

		/** The limit or more. */
		AT_LEAST,

		/** The limit or less. */
		AT_MOST,

		/** No limit. */
		NONE

	}

}
