package dev.parallelchange.migration.lag;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.ReplicationStatus.Replica;
import dev.parallelchange.migration.lag.HeartbeatStore.PrimaryView;
import dev.parallelchange.migration.lag.HeartbeatStore.Standby;
import org.jspecify.annotations.Nullable;

/**
 * Writes the heartbeat and keeps what the primary says about its standbys.
 */
final class PrimaryMonitor {

	private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(5);

	private final HeartbeatStore store;

	private final LogPositions positions = new LogPositions();

	private final Map<String, Seen> seen = new LinkedHashMap<>();

	private @Nullable Instant heartbeat;

	private @Nullable Instant previousHeartbeat;

	private long heartbeatAt;

	private final long startedAt = System.nanoTime();

	private long measuredAt = this.startedAt;

	private boolean measured;

	private @Nullable String error;

	PrimaryMonitor(HeartbeatStore store) {
		this.store = store;
	}

	void measure() {
		try {
			long start = System.nanoTime();
			Instant beat = this.store.replicas().isEmpty() ? null : this.store.beat();
			take(start, beat, this.store.primary());
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
	}

	private synchronized void take(long start, @Nullable Instant beat, PrimaryView view) {
		long now = System.nanoTime();
		this.previousHeartbeat = this.heartbeat;
		this.heartbeat = beat;
		this.heartbeatAt = start;
		this.positions.add(now, view.position());
		view.standbys().forEach((standby) -> this.seen.put(standby.name(), new Seen(view.position(), standby, now)));
		this.seen.values().removeIf((entry) -> now - entry.at() > FORGOTTEN_AFTER.toNanos());
		this.measuredAt = now;
		this.measured = true;
		this.error = null;
	}

	private synchronized void fail(RuntimeException ex) {
		Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
		this.error = String.valueOf(cause.getMessage());
	}

	synchronized boolean isMeasured() {
		return this.measured && this.seen.values().stream().allMatch((entry) -> entry.standby().visible());
	}

	synchronized @Nullable String staleReason(Duration maxAge) {
		Duration age = Duration.ofNanos(System.nanoTime() - this.measuredAt);
		return (age.compareTo(maxAge) > 0)
				? "the primary's view of its replicas could not be read for %d s (limit %d s): %s".formatted(
						age.toSeconds(), maxAge.toSeconds(), (this.error != null) ? this.error : "no answer")
				: null;
	}

	/**
	 * The age of what a reader sees who sees the given heartbeat. It is zero when no
	 * heartbeat is missing but the last, which may be on its way; {@code null} if that
	 * cannot be said yet.
	 */
	synchronized @Nullable Duration age(@Nullable Instant read) {
		Instant latest = this.heartbeat;
		Instant previous = this.previousHeartbeat;
		if (latest == null || previous == null || read == null) {
			return null;
		}
		if (!read.isBefore(previous)) {
			return Duration.ZERO;
		}
		return Duration.between(read, latest).plusNanos(System.nanoTime() - this.heartbeatAt);
	}

	synchronized @Nullable Long bytes(String standby) {
		Seen entry = this.seen.get(standby);
		return (entry != null) ? entry.bytes() : null;
	}

	synchronized List<Replica> standbys() {
		return this.seen.values().stream().filter(Seen::replays).map(this::replica).toList();
	}

	private Replica replica(Seen entry) {
		Standby standby = entry.standby();
		Duration age = Duration.ofNanos(System.nanoTime() - entry.at());
		Long replayed = standby.replayed();
		if (replayed == null) {
			return new Replica(standby.name(), null, null, Duration.ofNanos(System.nanoTime() - this.startedAt),
					"the database user may not see it: grant pg_monitor to it, or configure the replica's DataSource");
		}
		Duration lag = this.positions.lag(replayed, standby.replayLagMillis());
		String vanished = (entry.at() < this.measuredAt) ? "it no longer streams from the primary" : null;
		return new Replica(standby.name(), lag, entry.bytes(), age, vanished);
	}

	/**
	 * A standby as it was last seen.
	 */
	private record Seen(long position, Standby standby, long at) {

		boolean replays() {
			return !this.standby.visible() || this.standby.replayed() != null;
		}

		@Nullable Long bytes() {
			Long replayed = this.standby.replayed();
			return (replayed != null) ? Math.max(0, this.position - replayed) : null;
		}

	}

}
