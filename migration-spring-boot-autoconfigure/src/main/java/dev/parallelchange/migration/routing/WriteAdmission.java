package dev.parallelchange.migration.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.WriteFence;

/**
 * Keeps writers that disagree about the leading side apart. Behind a fence nobody begins
 * to write; in one JVM, those that began under the new phase also wait for those that
 * have written under the old one, and those that have not written yet under the old one
 * are refused.
 */
final class WriteAdmission {

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private static final Duration PAUSE = Duration.ofMillis(1);

	private final String planId;

	private final PlanStates states;

	private final WorkInFlight inFlight;

	WriteAdmission(String planId, PlanStates states, WorkInFlight inFlight) {
		this.planId = planId;
		this.states = states;
		this.inFlight = inFlight;
	}

	/**
	 * Wait for a state that may be relied on; after a start, and when a lease could not
	 * be renewed in time, it comes with the next poll.
	 */
	void awaitCurrent() {
		if (!this.states.isCurrent() && !await(this.states::isCurrent)) {
			throw new PhaseUncertainException(this.planId,
					("Plan '%s': this instance could not renew its lease in time and may not know the plan's phase; "
							+ "try again")
						.formatted(this.planId));
		}
	}

	/**
	 * Return the state, waiting for it if it has never been read.
	 */
	PlanState known() {
		PlanState state = this.states.current(this.planId);
		if (state.epoch() > 0 || !state.since().equals(Instant.EPOCH) || this.states.isCurrent()) {
			return state;
		}
		awaitCurrent();
		return this.states.current(this.planId);
	}

	/**
	 * Count the writer in before looking at the state: either it sees the new state, or
	 * the writers under the new state see it.
	 */
	void enter(Decision decision) {
		awaitCurrent();
		if (decision.isWriter()) {
			return;
		}
		decision.enterWriter();
		while (isFenced()) {
			decision.exitWriter();
			awaitOpen();
			decision.enterWriter();
		}
		PlanState now = this.states.current(this.planId);
		if (now.epoch() != decision.state().epoch()
				&& now.phase().leadingSide() != decision.state().phase().leadingSide()) {
			throw new PhaseUncertainException(this.planId,
					"Plan '%s' has moved from %s to %s since this transaction began; try again".formatted(this.planId,
							decision.state().phase(), now.phase()));
		}
		if (this.inFlight.hasWritersOfOtherSide(decision.epoch())
				&& !await(() -> !this.inFlight.hasWritersOfOtherSide(decision.epoch()))) {
			throw new PhaseUncertainException(this.planId,
					"Plan '%s' has moved to %s, but transactions that have written the other side have not ended; try again"
						.formatted(this.planId, decision.state().phase()));
		}
	}

	/**
	 * Wait until the leading side has changed, or is known to stay for now. A fence that
	 * is over although nobody has said so lets writers pass: should the side have changed
	 * all the same, they are stopped at their commit.
	 */
	void awaitOpen() {
		while (isFenced()) {
			if (Thread.currentThread().isInterrupted()) {
				throw new PhaseUncertainException(this.planId,
						"Plan '%s' is changing sides, and this thread was interrupted while it waited"
							.formatted(this.planId));
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

	private boolean isFenced() {
		WriteFence fence = this.states.fence(this.planId);
		return fence != null && fence.isClosed(System.nanoTime());
	}

	/**
	 * Return whether the cluster can be at most one step further than a decision: it
	 * waits for a live instance, but not for one whose lease has ended.
	 */
	boolean isHeld(Decision decision) {
		long steps = Math.abs(this.states.current(this.planId).epoch() - decision.state().epoch());
		return (steps == 0) ? this.states.isCurrent() : steps == 1 && this.states.isCurrentSince(decision.begunAt());
	}

	void checkHeld(Decision decision) {
		if (!isHeld(decision)) {
			throw new PhaseUncertainException(this.planId,
					("Plan '%s': this instance lost its lease while the transaction was writing in %s, and the plan may "
							+ "have moved on; try again")
						.formatted(this.planId, decision.state().phase()));
		}
	}

	private static boolean await(BooleanSupplier condition) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
				return false;
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
		return true;
	}

}
