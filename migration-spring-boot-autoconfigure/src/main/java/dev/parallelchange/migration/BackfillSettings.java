package dev.parallelchange.migration;

import java.time.Duration;

import org.springframework.boot.context.properties.bind.DefaultValue;

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
 */
public record BackfillSettings(@DefaultValue("1000") int batchSize, @DefaultValue("50000") int maxBatchSize,
		@DefaultValue("500ms") Duration targetBatchDuration, @DefaultValue("2") int maxConcurrency,
		@DefaultValue("0") int rateLimit, @DefaultValue("5s") Duration maxReplicationLag,
		@DefaultValue("8") int retryAttempts, @DefaultValue("100ms") Duration retryBackoff,
		@DefaultValue("100") int maxQuarantine) {

	/** The settings that apply where nothing else is said. */
	public static final BackfillSettings DEFAULTS = new BackfillSettings(1000, 50_000, Duration.ofMillis(500), 2, 0,
			Duration.ofSeconds(5), 8, Duration.ofMillis(100), 100);

}
