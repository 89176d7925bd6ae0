package dev.parallelchange.migration.phase;

import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.WriteFence;
import org.jspecify.annotations.Nullable;

/**
 * The plan states that the runner has read last; they are current as long as the lease
 * that was renewed just before.
 */
public final class CachedPlanStates implements PlanStates {

	private static final long FOREVER = Long.MAX_VALUE / 2;

	private volatile Known known = Known.nothing();

	@Override
	public PlanState current(String planId) {
		Known.Plan plan = this.known.plans().get(planId);
		return (plan != null) ? plan.state() : PlanState.initial(planId);
	}

	@Override
	public boolean isCurrent() {
		return this.known.end() - System.nanoTime() > 0;
	}

	@Override
	public boolean isCurrentSince(long nanos) {
		Known now = this.known;
		return now.end() - System.nanoTime() > 0 && nanos - now.heldSince() >= 0;
	}

	@Override
	public @Nullable WriteFence fence(String planId) {
		Known.Plan plan = this.known.plans().get(planId);
		return (plan != null) ? plan.fence() : null;
	}

	/**
	 * Take every plan for one in its initial state, for good: where nothing migrates,
	 * nothing has to be read.
	 */
	public void assumeInitial() {
		long now = System.nanoTime();
		this.known = new Known(Map.of(), now, now + FOREVER);
	}

	/**
	 * Publish what a poll has read.
	 * @param stored the plans
	 * @param readAt when their reading began
	 * @param lease the lease that was renewed before that
	 */
	void publish(Map<String, StoredPlan> stored, long readAt, Lease lease) {
		Map<String, Known.Plan> plans = new HashMap<>();
		stored.forEach((planId, plan) -> plans.put(planId, Known.Plan.of(plan, readAt)));
		this.known = new Known(Map.copyOf(plans), lease.heldSince(), lease.end());
	}

	/**
	 * Publish what has been read of one plan; the lease stays as it is.
	 */
	void publish(StoredPlan stored, long readAt) {
		Known now = this.known;
		Map<String, Known.Plan> plans = new HashMap<>(now.plans());
		plans.put(stored.state().planId(), Known.Plan.of(stored, readAt));
		this.known = new Known(Map.copyOf(plans), now.heldSince(), now.end());
	}

	void expire() {
		Known now = this.known;
		this.known = new Known(now.plans(), now.heldSince(), System.nanoTime());
	}

	/**
	 * A lease of this instance, on this JVM's steady clock.
	 *
	 * @param heldSince the moment since which it has been held without a gap
	 * @param end the moment at which it ends unless it is renewed
	 */
	record Lease(long heldSince, long end) {

	}

	private record Known(Map<String, Plan> plans, long heldSince, long end) {

		static Known nothing() {
			long now = System.nanoTime();
			return new Known(Map.of(), now, now);
		}

		private record Plan(PlanState state, @Nullable WriteFence fence) {

			static Plan of(StoredPlan stored, long readAt) {
				Fence fence = stored.fence();
				return new Plan(stored.state(), (fence != null) ? fence.onSteadyClock(readAt) : null);
			}

		}

	}

}
