package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.StatementFailure;

/**
 * Copies one chunk after the other.
 */
final class CopyWorker implements Runnable {

	private static final Duration SHORT_WAIT = Duration.ofMillis(100);

	private static final Duration LONG_WAIT = Duration.ofSeconds(1);

	private static final int LONGEST_STREAK = 6;

	private final CopyRun run;

	private final DerivedPlan plan;

	private final BackfillStore store;

	private final MigrationListener listener;

	private final ChunkFailureHandling failures;

	private int failureStreak;

	private Duration worked = Duration.ZERO;

	CopyWorker(CopyRun run, DerivedPlan plan, BackfillStore store, MigrationListener listener) {
		this.run = run;
		this.plan = plan;
		this.store = store;
		this.listener = listener;
		this.failures = new ChunkFailureHandling(run, plan, store);
	}

	@Override
	public void run() {
		Duration wait = Duration.ZERO;
		while (!this.run.isEndingAfter(wait)) {
			try {
				wait = this.run.mayCopy() ? step() : SHORT_WAIT;
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
			this.listener.onEvent(new MigrationEvent.ActivityFailed(this.plan.id(), "backfill",
					StatementFailure.of(ex).publicError()));
		}
		return SHORT_WAIT.multipliedBy(1L << Math.min(this.failureStreak, LONGEST_STREAK));
	}

	private Duration step() {
		CopyStep copied = copy();
		return switch (copied.kind()) {
			case COPIED -> this.run.rest(this.worked);
			case FAILED -> Duration.ZERO;
			case BUSY -> SHORT_WAIT;
			case STANDING -> LONG_WAIT;
			default -> walk();
		};
	}

	private CopyStep copy() {
		long start = workingTime();
		this.run.copying().incrementAndGet();
		try {
			CopyStep step = this.store.copyNext(this.plan);
			if (step.kind() == CopyStep.Kind.COPIED) {
				Duration duration = Duration.ofNanos(workingTime() - start);
				this.worked = duration;
				this.run.chunkSize().copied(step.rows(), duration);
				this.listener.chunkCopied(this.plan.id(), step.written(), duration);
			}
			return step;
		}
		catch (ChunkFailedException ex) {
			this.failures.handle(ex);
			return CopyStep.of(CopyStep.Kind.FAILED);
		}
		finally {
			this.run.copying().decrementAndGet();
		}
	}

	// A wait for a connection says nothing about the size of a chunk.
	private static long workingTime() {
		return System.nanoTime() - MigrationThread.waited();
	}

	private Duration walk() {
		if (!this.run.measureRows()) {
			return begin();
		}
		CopyStep walked = this.store.walk(this.plan, this.run.chunkSize().rows());
		return switch (walked.kind()) {
			case LIMITED -> (walked.delay().compareTo(LONG_WAIT) < 0) ? walked.delay() : LONG_WAIT;
			case END -> finish();
			case ABSENT -> begin();
			case STANDING -> LONG_WAIT;
			default -> Duration.ZERO;
		};
	}

	private Duration begin() {
		this.store.begin(this.plan);
		return SHORT_WAIT;
	}

	private Duration finish() {
		if (this.store.finish(this.plan)) {
			this.run.finish();
		}
		return SHORT_WAIT;
	}

}
