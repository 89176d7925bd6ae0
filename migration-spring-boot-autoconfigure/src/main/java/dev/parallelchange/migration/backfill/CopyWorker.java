package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.ObservedWork;
import org.jspecify.annotations.Nullable;

/**
 * Copies one chunk after the other.
 */
final class CopyWorker {

	private final CopyRun run;

	private final DerivedPlan plan;

	private final BackfillStore store;

	private final MigrationListener listener;

	private final ChunkFailureHandling failures;

	private Duration worked = Duration.ZERO;

	private ObservedWork.@Nullable Running observed;

	CopyWorker(CopyRun run, DerivedPlan plan, BackfillStore store, MigrationListener listener) {
		this.run = run;
		this.plan = plan;
		this.store = store;
		this.listener = listener;
		this.failures = new ChunkFailureHandling(run, plan, store);
	}

	Duration step() {
		return switch (copy().kind()) {
			case COPIED -> this.run.rest(this.worked);
			case FAILED -> Duration.ZERO;
			case STANDING -> CopyLoop.LONG_WAIT;
			case IDLE -> this.run.awaitMarked(CopyLoop.SHORT_WAIT);
			default -> CopyLoop.SHORT_WAIT;
		};
	}

	private CopyStep copy() {
		long start = workingTime();
		this.run.copying().incrementAndGet();
		try {
			CopyStep step = this.store.copyNext(this.plan, this::claimed);
			if (step.kind() == CopyStep.Kind.COPIED) {
				observed("copied");
				Duration duration = Duration.ofNanos(workingTime() - start);
				this.worked = duration;
				this.run.chunkSize().copied(step.rows(), duration);
				this.listener.chunkCopied(this.plan.id(), step.written(), duration);
				this.run.copied();
			}
			return step;
		}
		catch (ChunkFailedException ex) {
			observed("failed");
			this.failures.handle(ex);
			return CopyStep.of(CopyStep.Kind.FAILED);
		}
		finally {
			observed("failed");
			this.run.copying().decrementAndGet();
		}
	}

	/**
	 * A chunk that meets another writer is claimed once more.
	 */
	private void claimed() {
		if (this.observed == null) {
			this.observed = this.listener.begin(this.plan.id(), ObservedWork.CHUNK);
		}
	}

	/**
	 * The first outcome counts.
	 */
	private void observed(String outcome) {
		if (this.observed != null) {
			this.observed.end(outcome);
			this.observed = null;
		}
	}

	// A wait for a connection says nothing about the size of a chunk.
	private static long workingTime() {
		return System.nanoTime() - MigrationThread.waited();
	}

}
