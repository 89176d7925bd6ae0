package dev.parallelchange.migration.lag;

import java.time.Duration;

import dev.parallelchange.migration.ReplicationStatus.Replica;
import dev.parallelchange.migration.lag.HeartbeatStore.ReplicaView;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heartbeat through one replica and keeps the latest answer.
 */
final class ReplicaMonitor {

	private final HeartbeatStore store;

	private final String name;

	private final PrimaryMonitor primary;

	private long measuredAt = System.nanoTime();

	private boolean settled;

	private @Nullable Duration lag;

	private @Nullable String standbyName;

	private @Nullable String error;

	ReplicaMonitor(HeartbeatStore store, String name, PrimaryMonitor primary) {
		this.store = store;
		this.name = name;
		this.primary = primary;
	}

	void measure() {
		try {
			ReplicaView view = this.store.replica(this.name);
			take(this.primary.age(view.heartbeat()), view);
		}
		catch (RuntimeException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			fail(String.valueOf(cause.getMessage()));
		}
	}

	private synchronized void take(@Nullable Duration measured, ReplicaView view) {
		this.standbyName = (view.standbyName() != null) ? view.standbyName() : this.standbyName;
		if (measured == null) {
			fail("it has no heartbeat yet");
			return;
		}
		this.lag = measured;
		this.measuredAt = System.nanoTime();
		this.settled = true;
		this.error = null;
	}

	private synchronized void fail(String message) {
		this.error = message;
	}

	/**
	 * Whether there is an answer. The lag is unknown until then, which is not the same as
	 * none.
	 */
	synchronized boolean isSettled() {
		return this.settled;
	}

	synchronized Replica current() {
		return new Replica(this.name, this.lag, this.primary.bytes(standbyName()),
				Duration.ofNanos(System.nanoTime() - this.measuredAt), this.error);
	}

	String name() {
		return this.name;
	}

	synchronized String standbyName() {
		return (this.standbyName != null) ? this.standbyName : this.name;
	}

}
