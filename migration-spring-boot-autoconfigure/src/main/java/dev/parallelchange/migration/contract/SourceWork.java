package dev.parallelchange.migration.contract;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.SourceState;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * What has to be done about one plan's source, one run after the other.
 */
final class SourceWork {

	private static final int MAX_BACKOFF = 30;

	private final SourceStore sources;

	private final AtomicBoolean running = new AtomicBoolean();

	private @Nullable MigrationPhase settled;

	private @Nullable SourceState tried;

	private int failures;

	private long notBefore = System.nanoTime();

	private volatile @Nullable String error;

	SourceWork(SourceStore sources) {
		this.sources = sources;
	}

	/**
	 * Claim the next run.
	 * @return whether there is none under way
	 */
	boolean start() {
		return this.running.compareAndSet(false, true);
	}

	void finish() {
		this.running.set(false);
	}

	/**
	 * Run once, unless a failure is too recent. Somebody who wants the source shown does
	 * not wait for that.
	 */
	Optional<StoredSource> run(DerivedPlan plan, MigrationPhase phase) {
		if (!plan.plan().contract().drops()) {
			return recordOnce(plan, phase);
		}
		if (phase == MigrationPhase.COMPLETED && this.settled == phase) {
			return Optional.empty();
		}
		StoredSource stored = this.sources.read(plan).orElse(null);
		SourceState wanted = (stored != null) ? stored.wanted() : null;
		boolean done = phase == this.settled && stored != null && stored.isAsWanted();
		boolean wait = System.nanoTime() - this.notBefore < 0 && wanted != SourceState.SHOWN
				&& Objects.equals(wanted, this.tried);
		if (done || wait) {
			return Optional.empty();
		}
		this.tried = wanted;
		SourceStore.Outcome outcome = this.sources.settle(plan);
		if (outcome.settled()) {
			this.settled = phase;
		}
		succeeded();
		return Optional.ofNullable(outcome.changed());
	}

	void succeeded() {
		this.failures = 0;
		this.error = null;
	}

	/**
	 * Remember a failure.
	 * @return whether it is another one than the last
	 */
	boolean failed(RuntimeException ex) {
		this.notBefore = System.nanoTime() + Duration.ofSeconds(Math.min(MAX_BACKOFF, 1L << this.failures)).toNanos();
		this.failures = Math.min(5, this.failures + 1);
		String last = this.error;
		this.error = String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
		return !this.error.equals(last);
	}

	String lastError() {
		return String.valueOf(this.error);
	}

	@Nullable String error() {
		return this.error;
	}

	private Optional<StoredSource> recordOnce(DerivedPlan plan, MigrationPhase phase) {
		if (this.settled == null) {
			this.sources.record(plan);
			this.settled = phase;
		}
		return Optional.empty();
	}

}
