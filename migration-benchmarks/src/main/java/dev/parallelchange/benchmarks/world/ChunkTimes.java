package dev.parallelchange.benchmarks.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.MigrationListener;
import org.jspecify.annotations.Nullable;

/**
 * Knows when the library copied which number of rows.
 */
public final class ChunkTimes implements MigrationListener {

	private final List<Long> sizes = new ArrayList<>();

	private @Nullable Long firstStart;

	private long lastEnd;

	private Instant lastCommit = Instant.MAX;

	private long rows;

	@Override
	public synchronized void chunkCopied(String planId, long written, Duration duration) {
		this.lastEnd = System.nanoTime();
		this.lastCommit = Instant.now();
		long start = this.lastEnd - duration.toNanos();
		this.firstStart = (this.firstStart == null) ? start : Math.min(this.firstStart, start);
		this.rows += written;
		this.sizes.add(written);
		notifyAll();
	}

	/**
	 * Wait for rows to be copied.
	 * @param wanted how many
	 * @param patience how long to wait at most
	 * @return the seconds from the begin of the first chunk to the commit of the last one
	 */
	public synchronized double await(long wanted, Duration patience) {
		long deadline = System.nanoTime() + patience.toNanos();
		try {
			while (this.rows < wanted || this.firstStart == null) {
				long left = (deadline - System.nanoTime()) / 1_000_000;
				if (left <= 0) {
					throw new IllegalStateException(
							"Only %d of %d rows were copied in %s".formatted(this.rows, wanted, patience));
				}
				wait(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while rows were copied", ex);
		}
		return (this.lastEnd - this.firstStart) / 1e9;
	}

	/**
	 * Return when the latest chunk was committed.
	 * @return the moment
	 */
	public synchronized Instant lastCommit() {
		return this.lastCommit;
	}

	/**
	 * Return the number of rows of each chunk, in the order of their commits.
	 * @return the sizes
	 */
	public synchronized List<Long> sizes() {
		return List.copyOf(this.sizes);
	}

}
