package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.function.Supplier;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.StatementFailure;

/**
 * Takes one step after the other while a copy may run.
 */
final class CopyLoop implements Runnable {

	static final Duration SHORT_WAIT = Duration.ofMillis(100);

	static final Duration LONG_WAIT = Duration.ofSeconds(1);

	private static final int LONGEST_STREAK = 6;

	private final CopyRun run;

	private final Supplier<Duration> step;

	private final MigrationListener listener;

	private int failureStreak;

	/**
	 * Create the loop.
	 * @param step takes a step and returns the time until the next one
	 */
	CopyLoop(CopyRun run, Supplier<Duration> step, MigrationListener listener) {
		this.run = run;
		this.step = step;
		this.listener = listener;
	}

	@Override
	public void run() {
		Duration wait = Duration.ZERO;
		while (!this.run.isEndingAfter(wait)) {
			try {
				wait = this.run.mayCopy() ? this.step.get() : SHORT_WAIT;
				this.failureStreak = 0;
			}
			catch (RuntimeException ex) {
				wait = afterFailure(ex);
			}
		}
	}

	// What ends here has nothing to do with a chunk: mostly the database is away.
	private Duration afterFailure(RuntimeException ex) {
		if (this.failureStreak++ == 0 && !this.run.isEnding()) {
			this.listener.onEvent(new MigrationEvent.ActivityFailed(this.run.plan().id(), "backfill",
					StatementFailure.of(ex).publicError()));
		}
		return SHORT_WAIT.multipliedBy(1L << Math.min(this.failureStreak, LONGEST_STREAK));
	}

}
