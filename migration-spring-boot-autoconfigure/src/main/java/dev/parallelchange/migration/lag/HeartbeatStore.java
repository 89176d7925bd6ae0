package dev.parallelchange.migration.lag;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Writes the heartbeat on the primary and reads what the primary and its replicas say.
 */
public interface HeartbeatStore {

	/**
	 * Write the heartbeat.
	 * @return its time, by the primary's clock
	 */
	Instant beat();

	/**
	 * Return the primary's view of the servers that stream from it.
	 * @return its position and the servers
	 */
	PrimaryView primary();

	/**
	 * Return the names of the replicas that can be read.
	 * @return the names
	 */
	Set<String> replicas();

	/**
	 * Read the heartbeat on a replica; may take a few seconds but not longer, unless no
	 * connection can be had.
	 * @param replica the replica's name
	 * @return what a reader of the replica sees
	 */
	ReplicaView replica(String replica);

	/**
	 * What the primary knows.
	 *
	 * @param position the position in its log, in bytes
	 * @param standbys the servers that stream from it
	 */
	record PrimaryView(long position, List<Standby> standbys) {

	}

	/**
	 * A server that streams from the primary.
	 *
	 * @param name its application name
	 * @param visible whether the database user may see the position
	 * @param replayed the position up to which it has replayed, in bytes; {@code null} if
	 * it does not replay or may not be seen
	 * @param replayLagMillis the primary's measure of its lag; {@code null} if idle
	 */
	record Standby(String name, boolean visible, @Nullable Long replayed, @Nullable Long replayLagMillis) {

	}

	/**
	 * What a replica's reader sees.
	 *
	 * @param heartbeat the heartbeat's time; {@code null} if there is none yet
	 * @param standbyName the name under which the replica streams; {@code null} if
	 * unknown
	 */
	record ReplicaView(@Nullable Instant heartbeat, @Nullable String standbyName) {

	}

}
