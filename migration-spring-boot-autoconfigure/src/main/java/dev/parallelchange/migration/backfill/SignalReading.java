package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.SignalMeasure;
import dev.parallelchange.migration.ThrottleSignal;
import org.jspecify.annotations.Nullable;

/**
 * What one signal says about one plan. It pauses at once, and lets go only after several
 * good readings well below its limit, so that a value near it does not flap.
 */
final class SignalReading {

	static final int GOOD_READINGS = 3;

	/** The utilisation below which a reading is good. */
	static final double GOOD = 0.8;

	private final ThrottleSignal signal;

	private final DerivedPlan plan;

	private final Duration maxAge;

	private long readAt = System.nanoTime();

	private boolean read;

	private int goodReadings;

	private @Nullable SignalMeasure measure;

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
			if (this.signal instanceof MeasuredSignal measured) {
				take(measured.measure(this.plan));
			}
			else {
				take(this.signal.check(this.plan), true);
			}
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	private synchronized void take(@Nullable SignalMeasure current) {
		this.measure = current;
		Double utilisation = (current != null) ? current.utilisation() : null;
		take((current != null) ? current.reason() : null, utilisation == null || utilisation < GOOD);
	}

	private synchronized void take(@Nullable String reason, boolean good) {
		this.readAt = System.nanoTime();
		this.read = true;
		this.error = null;
		this.goodReadings = (reason != null || !good) ? 0 : this.goodReadings + 1;
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
			return "signal %s could not be read for %d s (limit %d s): %s".formatted(this.signal.name(),
					age.toSeconds(), this.maxAge.toSeconds(), (this.error != null) ? this.error : "no answer");
		}
		return this.standing;
	}

	/**
	 * Return how near the signal is to its limit.
	 * @return 0 if that is not known, and 1 at the limit or above
	 */
	synchronized double load() {
		Double utilisation = (this.measure != null) ? this.measure.utilisation() : null;
		return (utilisation != null) ? Math.min(1, utilisation) : 0;
	}

	/**
	 * Return the signal as it is shown.
	 * @return the signal; {@code null} if it is switched off
	 */
	synchronized BackfillStatus.@Nullable Signal shown() {
		String reason = reason();
		SignalMeasure current = this.measure;
		if (current != null) {
			return new BackfillStatus.Signal(this.signal.name(), current.value(), current.limit(),
					current.utilisation(), reason != null, (current.note() != null) ? current.note() : this.error);
		}
		boolean off = this.signal instanceof MeasuredSignal && reason == null && this.error == null;
		return off ? null : new BackfillStatus.Signal(this.signal.name(), null, null, null, reason != null, this.error);
	}

}
