package dev.parallelchange.migration;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/**
 * How a plan's existing rows are copied.
 *
 * @param batchSize rows of the first chunk; later ones follow the time target
 * @param maxBatchSize the largest number of rows in a chunk
 * @param targetBatchDuration the duration that a chunk should take
 * @param maxConcurrency chunks copied at the same time, in the whole cluster
 * @param rateLimit rows per second in the whole cluster; 0 for no limit
 * @param maxReplicationLag the replication lag above which the copy pauses
 * @param retryAttempts how often a chunk is tried again after a transient error
 * @param retryBackoff the delay before the first retry; it doubles with each one
 * @param maxQuarantine the number of quarantined rows above which the copy pauses
 * @param maxBatchBytes the size of the source rows that a chunk should have at most
 * @param maxTimeShare the share of its time, from 0 to 1, that a worker copies at most
 * when a signal is at its limit; it rests for the more of the difference the nearer it is
 * @param windows when rows may be copied
 * @param throttle the load above which the copy pauses
 * @param vacuum whether a table whose columns are copied in place is vacuumed on the way
 */
public record BackfillSettings(int batchSize, int maxBatchSize, Duration targetBatchDuration, int maxConcurrency,
		int rateLimit, Duration maxReplicationLag, int retryAttempts, Duration retryBackoff, int maxQuarantine,
		DataSize maxBatchBytes, double maxTimeShare, CopyWindows windows, LoadLimits throttle, boolean vacuum) {

	/** The settings that apply where nothing else is said. */
	public static final BackfillSettings DEFAULTS = new BackfillSettings(1000, 50_000, Duration.ofMillis(500), 1, 0,
			Duration.ofSeconds(5), 8, Duration.ofMillis(100), 100);

	/**
	 * Create settings without further limits than the usual ones.
	 * @param batchSize rows of the first chunk; later ones follow the time target
	 * @param maxBatchSize the largest number of rows in a chunk
	 * @param targetBatchDuration the duration that a chunk should take
	 * @param maxConcurrency chunks copied at the same time, in the whole cluster
	 * @param rateLimit rows per second in the whole cluster; 0 for no limit
	 * @param maxReplicationLag the replication lag above which the copy pauses
	 * @param retryAttempts how often a chunk is tried again after a transient error
	 * @param retryBackoff the delay before the first retry; it doubles with each one
	 * @param maxQuarantine the number of quarantined rows above which the copy pauses
	 */
	public BackfillSettings(int batchSize, int maxBatchSize, Duration targetBatchDuration, int maxConcurrency,
			int rateLimit, Duration maxReplicationLag, int retryAttempts, Duration retryBackoff, int maxQuarantine) {
		this(batchSize, maxBatchSize, targetBatchDuration, maxConcurrency, rateLimit, maxReplicationLag, retryAttempts,
				retryBackoff, maxQuarantine, DataSize.ofMegabytes(16), 0.5, CopyWindows.ALWAYS, LoadLimits.DEFAULTS,
				true);
	}

	/**
	 * Return these settings with other limits of load.
	 * @param share the share of its time that a worker copies at most
	 * @param opened when rows may be copied
	 * @param limits the load above which the copy pauses
	 * @return the settings
	 */
	public BackfillSettings throttledBy(double share, CopyWindows opened, LoadLimits limits) {
		return new BackfillSettings(this.batchSize, this.maxBatchSize, this.targetBatchDuration, this.maxConcurrency,
				this.rateLimit, this.maxReplicationLag, this.retryAttempts, this.retryBackoff, this.maxQuarantine,
				this.maxBatchBytes, share, opened, limits, this.vacuum);
	}

	/**
	 * Return these settings with another size of chunks.
	 * @param bytes the size of the source rows that a chunk should have at most
	 * @return the settings
	 */
	public BackfillSettings withMaxBatchBytes(DataSize bytes) {
		return new BackfillSettings(this.batchSize, this.maxBatchSize, this.targetBatchDuration, this.maxConcurrency,
				this.rateLimit, this.maxReplicationLag, this.retryAttempts, this.retryBackoff, this.maxQuarantine,
				bytes, this.maxTimeShare, this.windows, this.throttle, this.vacuum);
	}

	/**
	 * Return these settings for a table that is left to autovacuum.
	 * @return the settings
	 */
	public BackfillSettings withoutVacuum() {
		return new BackfillSettings(this.batchSize, this.maxBatchSize, this.targetBatchDuration, this.maxConcurrency,
				this.rateLimit, this.maxReplicationLag, this.retryAttempts, this.retryBackoff, this.maxQuarantine,
				this.maxBatchBytes, this.maxTimeShare, this.windows, this.throttle, false);
	}

}
