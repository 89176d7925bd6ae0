package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Stops trying what has failed again and again, so that each business transaction does
 * not wait for it anew; one try is let through now and then, after delays that double.
 */
final class CircuitBreaker {

	static final int FAILURES = 5;

	private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

	private static final Duration MAX_DELAY = Duration.ofSeconds(30);

	private final LongSupplier nanoTime;

	private volatile @Nullable Throwable openedBy;

	private volatile int failures;

	private int probes;

	private long probeAt;

	CircuitBreaker(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Return what the breaker is open for, unless this very call may try.
	 * @return the latest failure; {@code null} to go ahead
	 */
	@Nullable Throwable refusal() {
		return (this.openedBy != null) ? refusalOrProbe() : null;
	}

	private synchronized @Nullable Throwable refusalOrProbe() {
		if (this.openedBy == null || this.nanoTime.getAsLong() - this.probeAt < 0) {
			return this.openedBy;
		}
		delayProbe();
		return null;
	}

	private void delayProbe() {
		long delay = Math.min(MAX_DELAY.toNanos(), FIRST_DELAY.toNanos() << Math.min(this.probes, 10));
		this.probeAt = this.nanoTime.getAsLong() + delay;
		this.probes++;
	}

	boolean isOpen() {
		return this.openedBy != null;
	}

	/**
	 * Return whether this failure has opened the breaker.
	 */
	synchronized boolean failed(Throwable cause) {
		this.failures++;
		if (this.openedBy != null) {
			this.openedBy = cause;
			return false;
		}
		if (this.failures < FAILURES) {
			return false;
		}
		this.openedBy = cause;
		this.probes = 0;
		delayProbe();
		return true;
	}

	/**
	 * Return whether this success has closed the breaker.
	 */
	boolean succeeded() {
		return (this.failures > 0) && close();
	}

	private synchronized boolean close() {
		boolean closed = this.openedBy != null;
		this.openedBy = null;
		this.failures = 0;
		return closed;
	}

}
