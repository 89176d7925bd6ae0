package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanDefinition;

/**
 * Measures the gates of a step: the cluster's own and those of the engines.
 */
final class StepGates {

	private final InstanceStore instances;

	private final List<MigrationEngine> engines;

	private final GateClock clock = new GateClock();

	StepGates(InstanceStore instances, List<MigrationEngine> engines) {
		this.instances = instances;
		this.engines = List.copyOf(engines);
	}

	List<Gate> all(Step step) {
		List<Gate> gates = new ArrayList<>(own(step));
		gates.addAll(ofEngines(step));
		return gates;
	}

	/**
	 * The gates that force does not skip.
	 */
	List<Gate> own(Step step) {
		List<Gate> gates = new ArrayList<>(LimitGates.closed(step.agreement(), step.to()));
		gates.addAll(LimitGates.hold(step.agreement(), step.to()));
		gates.addAll(InstanceGates.of(step));
		if (step.to().isAtLeast(MigrationPhase.DUAL_WRITE) && step.plan().isProvisional()) {
			gates.add(provisional(step));
		}
		if (step.plan().mirror() == MirrorKind.PROXIES && step.is(MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL)) {
			gates.add(olderTransactions(step));
		}
		if (ApprovalGate.isNeeded(step)) {
			gates.add(ApprovalGate.of(step));
		}
		if (step.is(MigrationPhase.CUTOVER, MigrationPhase.CONTRACT)) {
			gates.add(reverseWindow(step));
		}
		return this.clock.timed(step, gates);
	}

	List<Gate> ofEngines(Step step) {
		return this.clock.timed(step, ofEngines(step.plan(), step.from(), step.to()));
	}

	/**
	 * What the fence before the step says, if it needs one.
	 */
	List<Gate> ofFence(Step step) {
		return this.clock.timed(step, FenceGate.of(step).stream().toList());
	}

	List<Gate> ofEngines(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		List<Gate> gates = new ArrayList<>();
		for (MigrationEngine engine : this.engines) {
			try {
				if (engine.worksFor(plan)) {
					gates.addAll(engine.gates(plan, from, to));
				}
			}
			catch (RuntimeException ex) {
				gates.add(Gate.of("measurement", false, Failures.summary(ex), "every gate can be measured",
						"see why %s fails".formatted(engine.getClass().getSimpleName())));
			}
		}
		return gates;
	}

	private static Gate provisional(Step step) {
		return Gate.waiting("target-missing", false,
				step.plan().definition().parts().getOrDefault(PlanDefinition.PROVISIONAL, ""),
				"a target that the plan fits",
				"wait until the expand scripts have created it; if they have, correct them or the plan");
	}

	private Gate olderTransactions(Step step) {
		OlderTransactions older = this.instances.olderTransactions(step.plan().id(), step.epoch());
		String oldest = (older.oldest() != null) ? older.oldest() : "not visible";
		return Gate.waiting("older-transactions", older.ended(), older.ended() ? "ended" : oldest,
				"all transactions from before the last acknowledgement have ended",
				"wait, or end it: select pg_terminate_backend(%s);".formatted(older.pid()));
	}

	private static Gate reverseWindow(Step step) {
		Duration window = step.plan().plan().safety().reverseWindow();
		Duration inPhase = step.agreement().stored().inPhase();
		return Gate.of("reverse-window", inPhase.compareTo(window) >= 0, inPhase.toSeconds() + " s",
				window.toSeconds() + " s",
				"wait, or shorten migration.plans.%s.safety.reverse-window".formatted(step.plan().id()));
	}

}
