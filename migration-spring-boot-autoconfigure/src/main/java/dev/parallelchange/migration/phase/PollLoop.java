package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;

/**
 * Polls on a thread of its own until it is stopped.
 */
final class PollLoop {

	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private final Duration interval;

	private final BooleanSupplier poll;

	private final Semaphore wakeUps = new Semaphore(0);

	private final Thread thread = new MigrationThread(Work.STATE, this::run, "migration-runner");

	private volatile boolean stopped;

	/**
	 * Create the loop.
	 * @param interval the time between two polls
	 * @param poll must not throw; returns whether to poll again at once
	 */
	PollLoop(Duration interval, BooleanSupplier poll) {
		this.interval = interval;
		this.poll = poll;
	}

	void start() {
		this.thread.start();
	}

	void wake() {
		this.wakeUps.release();
	}

	boolean isStopped() {
		return this.stopped;
	}

	/**
	 * End the loop; a poll that hangs in the database is left behind after a while.
	 */
	void stop() {
		this.stopped = true;
		wake();
		try {
			this.thread.join(PATIENCE.toMillis());
			if (this.thread.isAlive()) {
				this.thread.interrupt();
				this.thread.join(PATIENCE.toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		try {
			while (!this.stopped) {
				this.wakeUps.drainPermits();
				if (!this.poll.getAsBoolean() && !this.stopped) {
					this.wakeUps.tryAcquire(this.interval.toMillis(), TimeUnit.MILLISECONDS);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
