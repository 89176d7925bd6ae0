package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;

/**
 * Copies one chunk after the other.
 */
final class CopyWorker {

	private final CopyRun run;

	private final DerivedPlan plan;

	private final BackfillStore store;

	private final MigrationListener listener;

	private final ChunkFailureHandling failures;

	CopyWorker(CopyRun run, DerivedPlan plan, BackfillStore store, MigrationListener listener) {
		this.run = run;
		this.plan = plan;
		this.store = store;
		this.listener = listener;
		this.failures = new ChunkFailureHandling(run, plan, store);
	}

	Duration step() {
		return switch (copy().kind()) {
			case COPIED, FAILED -> Duration.ZERO;
			case STANDING -> CopyLoop.LONG_WAIT;
			case IDLE -> this.run.awaitMarked(CopyLoop.SHORT_WAIT);
			default -> CopyLoop.SHORT_WAIT;
		};
	}

	private CopyStep copy() {
		long start = System.nanoTime();
		this.run.copying().incrementAndGet();
		try {
			CopyStep step = this.store.copyNext(this.plan);
			if (step.kind() == CopyStep.Kind.COPIED) {
				Duration duration = Duration.ofNanos(System.nanoTime() - start);
				this.run.chunkSize().copied(step.rows(), duration);
				this.listener.chunkCopied(this.plan.id(), step.written(), duration);
				this.run.copied();
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

}
