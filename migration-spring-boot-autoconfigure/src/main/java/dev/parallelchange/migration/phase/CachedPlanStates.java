package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.Map;

import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;

/**
 * The plan states that the runner has read last; they are current as long as the lease
 * that was renewed just before.
 */
public final class CachedPlanStates implements PlanStates {

	private volatile Known known = new Known(Map.of(), System.nanoTime());

	@Override
	public PlanState current(String planId) {
		PlanState state = this.known.states().get(planId);
		return (state != null) ? state : PlanState.initial(planId);
	}

	@Override
	public boolean isCurrent() {
		return this.known.end() - System.nanoTime() > 0;
	}

	/**
	 * Take every plan for one in its initial state, for good: where nothing migrates,
	 * nothing has to be read.
	 */
	public void assumeInitial() {
		this.known = new Known(Map.of(), System.nanoTime() + Long.MAX_VALUE / 2);
	}

	void publish(Map<String, PlanState> states, long renewedAt, Duration lease) {
		this.known = new Known(Map.copyOf(states), renewedAt + lease.toNanos());
	}

	void expire() {
		this.known = new Known(this.known.states(), System.nanoTime());
	}

	/**
	 * States and the moment, on this JVM's steady clock, until which they are current.
	 */
	private record Known(Map<String, PlanState> states, long end) {

	}

}
