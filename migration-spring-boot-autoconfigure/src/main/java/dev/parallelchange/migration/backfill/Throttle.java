package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.ThrottleSignal;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether copies may go on: by the time of the day, and by all signals, which it
 * asks about once a second in one thread. What has not been read for a while counts as a
 * reason to pause, also when a signal hangs.
 */
final class Throttle {

	private static final Verdict GO = new Verdict(true, null);

	private static final Verdict WAIT = new Verdict(false, null);

	private final List<ThrottleSignal> signals;

	private final Duration interval;

	private final Duration maxAge;

	private final InstantSource clock;

	private final Map<String, Watch> watches = new ConcurrentHashMap<>();

	private CountDownLatch stopped = new CountDownLatch(1);

	private @Nullable Thread thread;

	Throttle(List<ThrottleSignal> signals, Duration interval, Duration maxAge) {
		this(signals, interval, maxAge, InstantSource.system());
	}

	Throttle(List<ThrottleSignal> signals, Duration interval, Duration maxAge, InstantSource clock) {
		this.clock = clock;
		this.signals = List.copyOf(signals);
		this.interval = interval;
		this.maxAge = maxAge;
	}

	synchronized void watch(DerivedPlan plan) {
		Watch watch = this.watches.get(plan.id());
		if (watch == null || watch.plan() != plan) {
			this.watches.put(plan.id(), new Watch(plan,
					this.signals.stream().map((signal) -> new SignalReading(signal, plan, this.maxAge)).toList()));
		}
		if (this.thread == null && !this.signals.isEmpty()) {
			CountDownLatch end = this.stopped;
			this.thread = new MigrationThread(Work.MEASURE, () -> run(end), "migration-throttle");
			this.thread.start();
		}
	}

	void unwatch(String planId) {
		this.watches.remove(planId);
	}

	/**
	 * Return whether a plan's copy may go on.
	 */
	Verdict verdict(String planId) {
		Watch watch = this.watches.get(planId);
		if (watch == null) {
			return this.signals.isEmpty() ? GO : WAIT;
		}
		String closed = watch.plan().plan().backfill().windows().reason(this.clock.instant());
		Verdict verdict = (closed != null) ? new Verdict(false, closed) : GO;
		for (SignalReading reading : watch.readings()) {
			String reason = reading.reason();
			if (reason != null) {
				return new Verdict(false, reason);
			}
			verdict = (reading.isRead() || !verdict.open()) ? verdict : WAIT;
		}
		return verdict;
	}

	/**
	 * Return how near the nearest signal is to its limit.
	 * @return from 0, also while nothing is known, to 1
	 */
	double load(String planId) {
		return readings(planId).stream().mapToDouble(SignalReading::load).max().orElse(0);
	}

	/**
	 * Return the signals as they are shown.
	 */
	List<BackfillStatus.Signal> signals(String planId) {
		return readings(planId).stream().flatMap((reading) -> Stream.ofNullable(reading.shown())).toList();
	}

	private List<SignalReading> readings(String planId) {
		Watch watch = this.watches.get(planId);
		return (watch != null) ? watch.readings() : List.of();
	}

	private void run(CountDownLatch end) {
		do {
			this.watches.values().forEach((watch) -> watch.readings().forEach(SignalReading::read));
		}
		while (!isOverAfter(this.interval, end));
	}

	private static boolean isOverAfter(Duration delay, CountDownLatch end) {
		try {
			return end.await(delay.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			return true;
		}
	}

	synchronized void start() {
		if (this.stopped.getCount() == 0) {
			this.stopped = new CountDownLatch(1);
			this.thread = null;
		}
	}

	synchronized void stop() {
		this.stopped.countDown();
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	/**
	 * Whether a copy may go on.
	 *
	 * @param open whether it may
	 * @param reason why not; {@code null} while the signals have not been read yet
	 */
	record Verdict(boolean open, @Nullable String reason) {

	}

	private record Watch(DerivedPlan plan, List<SignalReading> readings) {

	}

}
