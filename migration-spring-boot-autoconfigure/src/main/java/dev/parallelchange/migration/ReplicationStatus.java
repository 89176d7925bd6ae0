package dev.parallelchange.migration;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How far the replicas are behind.
 *
 * @param replicas each replica
 * @param limit the lag above which the copy pauses
 */
public record ReplicationStatus(List<Replica> replicas, Duration limit) {

	/**
	 * A replica.
	 *
	 * @param name the replica's name
	 * @param lag the age of what a reader sees; {@code null} if unknown
	 * @param bytes the bytes that it has not replayed; {@code null} if unknown
	 * @param signalAge the time since the lag was last measured
	 * @param error why it could not be measured; {@code null} if it could
	 */
	public record Replica(String name, @Nullable Duration lag, @Nullable Long bytes, Duration signalAge,
			@Nullable String error) {

	}

}
