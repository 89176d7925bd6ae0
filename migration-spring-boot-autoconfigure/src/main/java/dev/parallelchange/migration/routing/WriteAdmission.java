package dev.parallelchange.migration.routing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.WriteRefusedException;

/**
 * Keeps writers of one JVM that disagree about the leading side apart: those that began
 * under the new phase wait for those that have written under the old one, and those that
 * have not written yet under the old one are refused.
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
	 * A plan that has never been started cannot have moved far.
	 */
	void checkCurrent(PlanState state) {
		if (state.epoch() > 0 && !this.states.isCurrent()) {
			throw new WriteRefusedException(this.planId,
					("Plan '%s': this instance could not renew its lease in time and may not know the plan's phase "
							+ "any more, so it does not write; try again")
						.formatted(this.planId));
		}
	}

	/**
	 * Count the writer in before looking at the state: either it sees the new state, or
	 * the writers under the new state see it.
	 */
	void enter(Decision decision) {
		checkCurrent(decision.state());
		if (decision.isWriter()) {
			return;
		}
		decision.enterWriter();
		PlanState now = this.states.current(this.planId);
		if (now.epoch() != decision.state().epoch()
				&& now.phase().leadingSide() != decision.state().phase().leadingSide()) {
			throw new WriteRefusedException(this.planId,
					"Plan '%s' has moved from %s to %s since this transaction began; try again".formatted(this.planId,
							decision.state().phase(), now.phase()));
		}
		awaitWritersOf(decision.state().phase().leadingSide().other(), decision);
	}

	private void awaitWritersOf(MigrationSide side, Decision decision) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (this.inFlight.hasWritersOfOtherSide(decision.epoch())) {
			if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
				throw new WriteRefusedException(this.planId,
						"Plan '%s' has moved to %s, but transactions that have written the %s have not ended; try again"
							.formatted(this.planId, decision.state().phase(),
									side.name().toLowerCase(java.util.Locale.ROOT)));
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

}
