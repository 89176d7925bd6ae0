package dev.parallelchange.migration.verify;

import java.time.Duration;

/**
 * The number of rows in a chunk, which follows a time target.
 */
final class ChunkSize {

	private static final int FIRST = 1000;

	private static final int LARGEST = 50_000;

	private int rows = FIRST;

	int rows() {
		return this.rows;
	}

	void took(Duration duration, Duration target) {
		if (duration.compareTo(target) > 0) {
			halve();
		}
		else if (duration.multipliedBy(2).compareTo(target) < 0) {
			this.rows = Math.min(this.rows * 2, LARGEST);
		}
	}

	void halve() {
		this.rows = Math.max(1, this.rows / 2);
	}

}
