package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.ThrottleSignal;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * What one signal says about one plan. It pauses at once, and lets go only after several
 * good readings, so that a value near its limit does not flap.
 */
final class SignalReading {

	static final int GOOD_READINGS = 3;

	private final ThrottleSignal signal;

	private final DerivedPlan plan;

	private final Duration maxAge;

	private long readAt = System.nanoTime();

	private boolean read;

	private int goodReadings;

	private @Nullable String standing;

	private @Nullable String error;

	SignalReading(ThrottleSignal signal, DerivedPlan plan, Duration maxAge) {
		this.signal = signal;
		this.plan = plan;
		this.maxAge = maxAge;
	}

	// The signal is asked without the lock: one that hangs must not keep others from
	// learning that it is too old.
	void read() {
		try {
			take(this.signal.check(this.plan));
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	private synchronized void take(@Nullable String reason) {
		this.readAt = System.nanoTime();
		this.read = true;
		this.error = null;
		this.goodReadings = (reason != null) ? 0 : this.goodReadings + 1;
		if (reason != null) {
			this.standing = reason;
		}
		else if (this.goodReadings >= GOOD_READINGS) {
			this.standing = null;
		}
	}

	private synchronized void fail(Throwable ex) {
		this.error = (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getName();
	}

	synchronized boolean isRead() {
		return this.read;
	}

	synchronized @Nullable String reason() {
		Duration age = Duration.ofNanos(System.nanoTime() - this.readAt);
		if (age.compareTo(this.maxAge) > 0) {
			return "signal %s could not be read for %d s (limit %d s): %s".formatted(
					ClassUtils.getUserClass(this.signal).getSimpleName(), age.toSeconds(), this.maxAge.toSeconds(),
					(this.error != null) ? this.error : "no answer");
		}
		return this.standing;
	}

}
