package dev.parallelchange.benchmarks.measure;

/**
 * What one run of a contender took.
 *
 * @param rows the rows, keys or calls that were worked on
 * @param seconds the time
 * @param walBytes the write-ahead log that was written meanwhile; 0 where it was not
 * measured
 */
public record Sample(long rows, double seconds, long walBytes) {

	/**
	 * Return the rows per second.
	 * @return the rate
	 */
	public double rate() {
		return this.rows / this.seconds;
	}

	/**
	 * Return the bytes of write-ahead log for each row.
	 * @return the bytes
	 */
	public double walPerRow() {
		return (double) this.walBytes / this.rows;
	}

}
