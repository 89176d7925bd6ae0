package dev.parallelchange.migration.phase;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter;

/**
 * Moves plans toward the phase that the cluster wants, one step at a time. Any instance
 * may do so at any time: the plan's row decides who does.
 */
final class PhaseMachine {

	private static final JsonWriter<List<Map<String, Object>>> JSON = JsonWriter.standard();

	private final UUID self;

	private final PlanStore store;

	private final AgreementReader agreements;

	private final StepGates gates;

	private final FenceStore fences;

	private final RunnerSettings settings;

	private final MigrationListener listener;

	/**
	 * Create the machine.
	 * @param settings how this instance takes part
	 */
	PhaseMachine(UUID self, PlanStore store, AgreementReader agreements, StepGates gates, FenceStore fences,
			RunnerSettings settings, MigrationListener listener) {
		this.self = self;
		this.store = store;
		this.agreements = agreements;
		this.gates = gates;
		this.fences = fences;
		this.settings = settings;
		this.listener = listener;
	}

	/**
	 * Make the next step if somebody wants it and its gates are open; announce a fence if
	 * it needs one.
	 * @param read what was read when the poll began; read again if there is a step to
	 * make
	 * @return whether this instance has made a step
	 */
	boolean advance(DerivedPlan plan, Agreement read) {
		Step step = (step(plan, read) != null) ? step(plan, this.agreements.read(plan.plan())) : null;
		if (step == null) {
			return false;
		}
		List<Gate> own = this.gates.own(step);
		if (!areOpen(own)) {
			return false;
		}
		List<Gate> ofEngines = this.gates.ofEngines(step);
		boolean unfenced = step.needsFence() && step.agreement().stored().fence() == null;
		if (!areOpen(unfenced ? withoutDrained(step, ofEngines) : ofEngines) && !step.isForced()) {
			return false;
		}
		if (unfenced) {
			this.fences.announce(plan.id(), step.epoch(), this.settings.fenceLead(),
					this.settings.fenceLimit(plan.plan().safety()));
			return false;
		}
		return perform(step, own, ofEngines);
	}

	/**
	 * The step toward what the cluster wants; {@code null} if the plan is where it should
	 * be.
	 */
	@Nullable Step step(DerivedPlan plan, Agreement agreement) {
		Wish wish = agreement.wish();
		if (wish == null || plan.plan().step(agreement.stored().phase(), wish.phase()) == agreement.stored().phase()) {
			return null;
		}
		return new Step(plan, agreement, this.store.approvals(plan.id()),
				plan.plan().step(agreement.stored().phase(), wish.phase()));
	}

	private boolean perform(Step step, List<Gate> own, List<Gate> ofEngines) {
		Wish wish = step.agreement().wish();
		if (wish == null) {
			return false;
		}
		String action = areOpen(ofEngines) ? "transition" : "forced-transition";
		Transition transition = new Transition(step.plan().id(), step.from(), step.to(), step.epoch(),
				step.needsFence(), action, new Audit(wish.by(), wish.reason()),
				json(Stream.concat(own.stream(), ofEngines.stream()).toList()));
		if (!this.store.transition(transition, () -> isStillAgreed(step) && define(step))) {
			return false;
		}
		this.listener.onEvent(new MigrationEvent.PhaseChanged(step.plan().id(), step.from(), step.to(),
				step.epoch() + 1, wish.by(), wish.reason()));
		return true;
	}

	/**
	 * What was read before the plan was locked may be outdated: an operator may have set
	 * a hold, an instance may have joined, or this JVM may have slept past its own lease,
	 * and with it the age of the gates' numbers.
	 */
	private boolean isStillAgreed(Step before) {
		Agreement now = this.agreements.readHeld(before.plan().plan());
		Step step = step(before.plan(), now);
		return step != null && step.to() == before.to() && step.isForced() == before.isForced()
				&& now.participants().stream().anyMatch((participant) -> participant.instanceId().equals(this.self))
				&& areOpen(this.gates.own(step)) && (!step.needsFence() || isQuiet(step));
	}

	/**
	 * Nobody writes, and nobody can commit what has been written: what the gates show now
	 * is what the other side will lead with.
	 */
	private boolean isQuiet(Step step) {
		Fence fence = step.agreement().stored().fence();
		return fence != null && !fence.isOver() && step.agreement().writingBehind(fence).isEmpty()
				&& (step.isForced() || areOpen(this.gates.ofEngines(step)));
	}

	/**
	 * What all instances mean when the mirror goes on is what is mirrored.
	 */
	private boolean define(Step step) {
		if (step.begins()) {
			this.store.define(step.plan().id(), step.plan().definition());
		}
		else if (step.ends()) {
			this.store.define(step.plan().id(), null);
		}
		return true;
	}

	/**
	 * Where rows travel some key is always pending while there are writers; behind the
	 * fence there are none.
	 */
	private static List<Gate> withoutDrained(Step step, List<Gate> gates) {
		if (!step.plan().rowsTravel() || step.agreement().stored().state().writesDeferred()) {
			return gates;
		}
		return gates.stream().filter((gate) -> !gate.waiting() || !gate.name().startsWith("pending")).toList();
	}

	private static boolean areOpen(List<Gate> gates) {
		return gates.stream().allMatch(Gate::open);
	}

	private static String json(List<Gate> gates) {
		return JSON.writeToString(gates.stream().map((gate) -> {
			Map<String, Object> members = new LinkedHashMap<>();
			members.put("name", gate.name());
			members.put("open", gate.open());
			members.put("value", gate.value());
			members.put("limit", gate.limit());
			return members;
		}).toList());
	}

}
