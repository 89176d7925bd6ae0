package dev.parallelchange.migration;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Says when the next line about something that goes on is due, whoever of several threads
 * asks.
 */
public final class LogInterval {

	/** The time between two lines about a copy or a pass. */
	public static final Duration PROGRESS = Duration.ofSeconds(30);

	private final long interval;

	private final LongSupplier nanoTime;

	private final AtomicLong last;

	/**
	 * Create an interval that begins now.
	 * @param interval the time between two lines
	 */
	public LogInterval(Duration interval) {
		this(interval, System::nanoTime);
	}

	/**
	 * Create an interval that begins now.
	 * @param interval the time between two lines
	 * @param nanoTime the clock, which counts as {@link System#nanoTime()}
	 */
	public LogInterval(Duration interval, LongSupplier nanoTime) {
		this.interval = interval.toNanos();
		this.nanoTime = nanoTime;
		this.last = new AtomicLong(nanoTime.getAsLong());
	}

	/**
	 * Begin anew.
	 */
	public void restart() {
		this.last.set(this.nanoTime.getAsLong());
	}

	/**
	 * Return whether a line is due; if so, the next one is an interval later.
	 * @return {@code true} for one thread that asks
	 */
	public boolean isDue() {
		long before = this.last.get();
		long now = this.nanoTime.getAsLong();
		return now - before >= this.interval && this.last.compareAndSet(before, now);
	}

}
