package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.StatementFailure;
import org.jspecify.annotations.Nullable;

/**
 * What the mirror has to do for one plan in the background, one run after the other.
 */
final class PlanWork {

	private static final long IDLE = Long.MAX_VALUE;

	private final MirrorTriggers triggers;

	private final PendingApplier applier;

	private final AtomicLong runningEpoch = new AtomicLong(IDLE);

	private final AtomicLong newestEpoch = new AtomicLong();

	private final AtomicBoolean asked = new AtomicBoolean();

	private volatile PlanState state = PlanState.initial("");

	private final Backoff triggersBackoff = new Backoff();

	private volatile @Nullable String triggersError;

	private volatile long quarantineCheckedAt = System.nanoTime();

	private volatile @Nullable Object reconcileSeen;

	PlanWork(MirrorTriggers triggers, PendingApplier applier) {
		this.triggers = triggers;
		this.applier = applier;
	}

	void know(PlanState state) {
		this.state = state;
	}

	/**
	 * Claim the next run. It is counted before the newest epoch is looked at, so that it
	 * cannot slip past {@link #hasDrained}.
	 * @return the state that it is under; {@code null} if one is under way or the state
	 * is no longer known
	 */
	@Nullable PlanState start() {
		PlanState known = this.state;
		if (!this.runningEpoch.compareAndSet(IDLE, known.epoch())) {
			return null;
		}
		if (known.epoch() < this.newestEpoch.get()) {
			finish();
			return null;
		}
		return known;
	}

	void finish() {
		this.runningEpoch.set(IDLE);
	}

	boolean hasDrained(long epoch) {
		this.newestEpoch.accumulateAndGet(epoch, Math::max);
		return this.runningEpoch.get() >= epoch;
	}

	void run(DerivedPlan plan, PlanState state) {
		RuntimeException failure = null;
		if (plan.mirror() == MirrorKind.TRIGGERS && this.triggersBackoff.isOver()) {
			failure = keepTriggers(plan, state);
		}
		apply(plan, state);
		if (isApplied(state) && isQuarantineDue(state)) {
			this.applier.releaseQuarantined(plan);
		}
		if (failure != null) {
			throw failure;
		}
	}

	/**
	 * Apply what is due, and nothing else.
	 */
	void apply(DerivedPlan plan, PlanState state) {
		if (isApplied(state)) {
			this.applier.apply(plan, state.phase().leadingSide());
		}
	}

	private static boolean isApplied(PlanState state) {
		return state.phase().isMirrored() && !state.writesDeferred();
	}

	/**
	 * Ask for what is due to be applied again after the run that is under way.
	 */
	void ask() {
		this.asked.set(true);
	}

	boolean isAsked() {
		return this.asked.get();
	}

	/**
	 * Take what has been asked for until now as answered by the run that begins.
	 */
	void answer() {
		this.asked.set(false);
	}

	/**
	 * A lock that is not to be had must not hold up the rest of the work. From
	 * {@code CONTRACT} on the triggers go together with the source.
	 */
	private @Nullable RuntimeException keepTriggers(DerivedPlan plan, PlanState state) {
		try {
			if (state.phase().isAtLeast(MigrationPhase.CONTRACT) && plan.plan().contract().drops()) {
				return null;
			}
			if (!state.phase().isMirrored()) {
				if (this.triggers.present(plan)) {
					this.triggers.drop(plan);
				}
			}
			else if (!this.triggers.installed(plan)) {
				this.triggers.install(plan);
			}
			this.triggersBackoff.reset();
			this.triggersError = null;
			return null;
		}
		catch (RuntimeException ex) {
			this.triggersBackoff.extend();
			this.triggersError = StatementFailure.of(ex).publicError();
			return ex;
		}
	}

	/**
	 * Return why the triggers could not be created or dropped when that was last tried.
	 */
	@Nullable String triggersError() {
		return this.triggersError;
	}

	/**
	 * Every ten seconds, and at once when an operator asks for a comparison.
	 */
	private boolean isQuarantineDue(PlanState state) {
		boolean asked = state.reconcileRequestedAt() != null
				&& !Objects.equals(this.reconcileSeen, state.reconcileRequestedAt());
		this.reconcileSeen = state.reconcileRequestedAt();
		long now = System.nanoTime();
		if (!asked && now - this.quarantineCheckedAt < Duration.ofSeconds(10).toNanos()) {
			return false;
		}
		this.quarantineCheckedAt = now;
		return true;
	}

	/**
	 * A delay that doubles with each failure, up to eight seconds.
	 */
	private static final class Backoff {

		private int failures;

		private long notBefore = System.nanoTime();

		boolean isOver() {
			return System.nanoTime() - this.notBefore >= 0;
		}

		void extend() {
			this.notBefore = System.nanoTime() + Duration.ofSeconds(Math.min(8, 1L << this.failures)).toNanos();
			this.failures = Math.min(5, this.failures + 1);
		}

		void reset() {
			this.failures = 0;
		}

	}

}
