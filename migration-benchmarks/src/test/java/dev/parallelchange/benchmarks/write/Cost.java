package dev.parallelchange.benchmarks.write;

/**
 * What one call costs the application's transaction, without its begin and commit.
 *
 * @param statements the statements that it runs
 * @param roundTrips how often it waits for the database
 * @param rowLocks the rows that it has locked at its commit, besides those that it adds
 * @param logBytes what it writes to the write-ahead log
 */
record Cost(long statements, long roundTrips, long rowLocks, long logBytes) {

	private static final double NOISE = 0.1;

	/**
	 * Return whether all is the same but for a little in the log, such as bytes that
	 * depend on a row's place in its page.
	 */
	boolean isLike(Cost other) {
		return this.statements == other.statements && this.roundTrips == other.roundTrips
				&& this.rowLocks == other.rowLocks
				&& Math.abs(this.logBytes - other.logBytes) <= NOISE * Math.max(this.logBytes, other.logBytes);
	}

}
