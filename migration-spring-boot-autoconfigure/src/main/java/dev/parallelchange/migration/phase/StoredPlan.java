package dev.parallelchange.migration.phase;

import java.time.Duration;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.PlanState;
import org.jspecify.annotations.Nullable;

/**
 * A plan's state with what only the runner needs of it.
 *
 * @param state the state
 * @param inPhase the time since the phase was entered, by the database's clock
 * @param requestedReason why the operator asks; {@code null} for no reason
 * @param forced the adjacent phase that may be entered although gates are closed;
 * {@code null} for none
 * @param fence the fence that has been announced; {@code null} for none
 * @param fenceTrouble why the last fence was given up; {@code null} if it was not
 * @param definition the definition that the cluster has accepted; {@code null} for none
 */
public record StoredPlan(PlanState state, Duration inPhase, @Nullable String requestedReason,
		@Nullable MigrationPhase forced, @Nullable Fence fence, @Nullable String fenceTrouble,
		@Nullable PlanDefinition definition) {

	static StoredPlan initial(String planId) {
		return new StoredPlan(PlanState.initial(planId), Duration.ZERO, null, null, null, null, null);
	}

	MigrationPhase phase() {
		return this.state.phase();
	}

	StoredPlan withHold(@Nullable MigrationPhase hold, String by) {
		PlanState old = this.state;
		PlanState held = new PlanState(old.planId(), old.phase(), old.epoch(), old.since(), old.requested(),
				old.requestedBy(), hold, (hold != null) ? by : null, old.reads(), old.pauseReason(),
				old.writesDeferred(), old.reconcile(), old.reconcileRequestedAt(), old.definition());
		return new StoredPlan(held, this.inPhase, this.requestedReason, this.forced, this.fence, this.fenceTrouble,
				this.definition);
	}

}
