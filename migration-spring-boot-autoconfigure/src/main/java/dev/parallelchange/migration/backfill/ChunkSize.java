package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.BackfillSettings;

/**
 * The number of rows in a chunk, which follows the duration that chunks should take: it
 * shrinks at once and grows slowly. Wide rows make fewer.
 */
final class ChunkSize {

	static final int FLOOR = 100;

	private static final double MAX_GROWTH = 1.5;

	private final Duration target;

	private final int min;

	private final int max;

	private final long maxBytes;

	private volatile int rows;

	private volatile int maxByWidth = Integer.MAX_VALUE;

	ChunkSize(BackfillSettings settings) {
		int limit = (settings.rateLimit() > 0) ? settings.rateLimit() : Integer.MAX_VALUE;
		this.target = settings.targetBatchDuration();
		this.maxBytes = settings.maxBatchBytes().toBytes();
		this.max = Math.max(1, Math.min(settings.maxBatchSize(), limit));
		this.min = Math.min(Math.min(FLOOR, Math.max(1, settings.batchSize())), this.max);
		this.rows = Math.min(Math.max(1, settings.batchSize()), this.max);
	}

	int rows() {
		return Math.min(this.rows, this.maxByWidth);
	}

	/**
	 * Take the mean size of a row.
	 * @param bytes the size; 0 if it is not known
	 */
	void rowBytes(long bytes) {
		this.maxByWidth = (bytes > 0) ? (int) Math.max(1, Math.min(Integer.MAX_VALUE, this.maxBytes / bytes))
				: Integer.MAX_VALUE;
	}

	/**
	 * Take the measure of a chunk. A smaller one than is usual, such as a part of a split
	 * one, does not say that larger ones are too small.
	 */
	synchronized void copied(long chunkRows, Duration duration) {
		double factor = (double) this.target.toNanos() / Math.max(1, duration.toNanos());
		double wanted = chunkRows * Math.min(factor, MAX_GROWTH);
		if (factor < 1 || wanted > this.rows) {
			this.rows = (int) Math.max(this.min, Math.min(this.max, Math.min(wanted, this.rows * MAX_GROWTH)));
		}
	}

	/**
	 * A chunk ran into its timeout.
	 */
	synchronized void tooSlow() {
		this.rows = Math.max(this.min, this.rows / 2);
	}

}
