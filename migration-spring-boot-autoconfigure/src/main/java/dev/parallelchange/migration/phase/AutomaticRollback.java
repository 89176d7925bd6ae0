package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;

/**
 * Takes plans back to the phase before when one of the conditions in their settings
 * holds, and sets a hold there. It asks as an operator does: by the same gates.
 */
final class AutomaticRollback {

	private final PlanStore store;

	private final StepGates gates;

	private final StatusReader statuses;

	private final MigrationListener listener;

	private final Map<String, RollbackWindow> windows = new ConcurrentHashMap<>();

	AutomaticRollback(PlanStore store, StepGates gates, StatusReader statuses, MigrationListener listener) {
		this.store = store;
		this.gates = gates;
		this.statuses = statuses;
		this.listener = listener;
	}

	/**
	 * Look at a plan, if it is time.
	 */
	void look(DerivedPlan plan, Agreement agreement) {
		MigrationPhase phase = agreement.stored().phase();
		if (!plan.plan().safety().rollback().isOn()
				|| (phase != MigrationPhase.DUAL_READ && phase != MigrationPhase.CUTOVER)) {
			this.windows.remove(plan.id());
			return;
		}
		RollbackWindow window = window(plan, agreement.stored().state().epoch());
		Duration now = Duration.ofNanos(System.nanoTime());
		if (!window.isDue(now)) {
			return;
		}
		String reason = window.add(now, RollbackFigures.of(this.statuses.figures(plan, agreement.stored())));
		if (reason != null) {
			goBack(plan, agreement, reason);
		}
	}

	private RollbackWindow window(DerivedPlan plan, long epoch) {
		RollbackWindow window = this.windows.get(plan.id());
		if (window == null || !window.isOf(epoch)) {
			window = new RollbackWindow(epoch, plan.plan().safety().rollback());
			this.windows.put(plan.id(), window);
		}
		return window;
	}

	/**
	 * Where somebody has to open a gate first, the plan is kept at least from going
	 * further.
	 */
	private void goBack(DerivedPlan plan, Agreement agreement, String reason) {
		MigrationPhase from = agreement.stored().phase();
		MigrationPhase to = from.stepToward(MigrationPhase.OFF);
		if (isHeld(agreement.stored(), to)) {
			return;
		}
		List<Gate> closed = new ArrayList<>(
				this.gates.all(new Step(plan, agreement, this.store.approvals(plan.id()), to)));
		closed.removeIf((gate) -> gate.open() || gate.waiting());
		MigrationPhase hold = closed.isEmpty() ? to : from;
		if (hold(agreement.stored(), hold, reason)) {
			this.listener.onEvent(new MigrationEvent.RollbackNeeded(plan.id(), from, to, reason, closed));
		}
	}

	private boolean hold(StoredPlan seen, MigrationPhase hold, String reason) {
		String planId = seen.state().planId();
		boolean[] held = new boolean[1];
		this.store.atomically(() -> {
			StoredPlan now = this.store.load(List.of(planId)).get(planId);
			if (now != null && now.state().epoch() == seen.state().epoch() && !isHeld(now, hold)) {
				this.store.hold(planId, hold, false, new Audit("safety", reason));
				held[0] = true;
			}
		});
		return held[0];
	}

	private static boolean isHeld(StoredPlan plan, MigrationPhase phase) {
		MigrationPhase hold = plan.state().hold();
		return hold != null && phase.isAtLeast(hold);
	}

}
