package dev.parallelchange.migration.lag;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.BuiltInSignal;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.ReplicationStatus.Replica;
import dev.parallelchange.migration.SignalMeasure;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Measures once a second how far the replicas are behind, while a plan needs to know; and
 * pauses copies when one is too far.
 */
public final class ReplicationLag implements MeasuredSignal {

	private final HeartbeatStore store;

	private final Duration interval;

	private final Duration maxAge;

	private @Nullable Monitor monitor;

	private boolean stopped;

	/**
	 * Create the monitor, which does nothing until it is started.
	 * @param store reads the primary and its replicas
	 */
	public ReplicationLag(HeartbeatStore store) {
		this(store, Duration.ofSeconds(1), Duration.ofSeconds(15));
	}

	ReplicationLag(HeartbeatStore store, Duration interval, Duration maxAge) {
		Assert.notNull(store, "'store' must not be null");
		this.store = store;
		this.interval = interval;
		this.maxAge = maxAge;
	}

	@Override
	public String name() {
		return BuiltInSignal.REPLICATION_LAG.label();
	}

	@Override
	public SignalMeasure measure(DerivedPlan plan) {
		Duration limit = plan.plan().backfill().maxReplicationLag();
		String reason = reason(limit);
		Double highest = replicas().stream()
			.map(Replica::lag)
			.filter(Objects::nonNull)
			.map((lag) -> lag.toMillis() / 1000.0)
			.max(Double::compare)
			.orElse(null);
		if (highest == null && reason == null) {
			return new SignalMeasure(0.0, limit.toMillis() / 1000.0, null, "no replica");
		}
		return new SignalMeasure(highest, limit.toMillis() / 1000.0, reason, null);
	}

	/**
	 * Return why the lag is not good enough.
	 * @param limit the highest lag that is good enough
	 * @return the reason, with its number; {@code null} if all replicas are near enough
	 * @throws IllegalStateException if nothing has been measured yet
	 */
	@Nullable String reason(Duration limit) {
		Monitor current = current();
		String reason = (current != null) ? reason(current, limit) : null;
		if (reason == null && (current == null || !current.isMeasured())) {
			throw new IllegalStateException("the replication lag has not been measured yet");
		}
		return reason;
	}

	private @Nullable String reason(Monitor current, Duration limit) {
		String reason = current.primary().staleReason(this.maxAge);
		for (Replica replica : current.replicas()) {
			reason = (reason != null) ? reason : reason(replica, limit);
		}
		return reason;
	}

	private @Nullable String reason(Replica replica, Duration limit) {
		if (replica.signalAge().compareTo(this.maxAge) > 0) {
			return "the replication lag of '%s' could not be read for %d s (limit %d s): %s".formatted(replica.name(),
					replica.signalAge().toSeconds(), this.maxAge.toSeconds(),
					(replica.error() != null) ? replica.error() : "no answer");
		}
		Duration lag = replica.lag();
		if (lag != null && lag.compareTo(limit) > 0) {
			return "the replication lag of '%s' is %.1f s (limit %.1f s)".formatted(replica.name(),
					lag.toMillis() / 1000.0, limit.toMillis() / 1000.0);
		}
		return null;
	}

	/**
	 * Return the latest measure of each replica.
	 */
	List<Replica> replicas() {
		Monitor current = current();
		return (current != null) ? current.replicas() : List.of();
	}

	private synchronized @Nullable Monitor current() {
		return this.monitor;
	}

	/**
	 * Measure from now on, or no longer.
	 */
	synchronized void run(boolean wanted) {
		if (wanted && this.monitor == null && !this.stopped) {
			this.monitor = new Monitor(this.store, this.interval);
			this.monitor.start();
		}
		else if (!wanted && this.monitor != null) {
			this.monitor.stop();
			this.monitor = null;
		}
	}

	synchronized void start() {
		this.stopped = false;
	}

	synchronized void stop() {
		this.stopped = true;
		run(false);
	}

	/**
	 * Repeats one measurement in a thread of its own.
	 */
	static final class Repetition {

		private final CountDownLatch ended = new CountDownLatch(1);

		private final Thread thread;

		Repetition(String name, Duration interval, Runnable work) {
			this.thread = new MigrationThread(Work.MEASURE, () -> {
				do {
					work.run();
				}
				while (!isEndedAfter(interval));
			}, name);
		}

		void start() {
			this.thread.start();
		}

		private boolean isEndedAfter(Duration interval) {
			try {
				return this.ended.await(interval.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				return true;
			}
		}

		void end() {
			this.ended.countDown();
		}

	}

}
