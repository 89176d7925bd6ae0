package dev.parallelchange.migration.model;

import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;

/**
 * Whoever moves the plan: one that measures the gates and makes the step at once, and one
 * that is slow in between, or dies there.
 */
final class Coordinator {

	static final String MOVES = "moves the plan";

	private static final String NAME = "coordinator";

	private final ProxyModel model;

	private final Scene scene;

	private final List<Instance> instances;

	private final Set<Rule> rules;

	private final Variable measured;

	Coordinator(Layout layout, ProxyModel model, Scene scene, List<Instance> instances, Set<Rule> rules) {
		this.model = model;
		this.scene = scene;
		this.instances = instances;
		this.rules = rules;
		this.measured = layout.add("gates measured for", "none", "OFF", "DUAL_WRITE", "BACKFILL", "DUAL_READ",
				"CUTOVER");
	}

	void steps(State state, Steps steps) {
		Plan plan = this.model.plan();
		for (MigrationPhase to : this.scene.next(plan.phase(state))) {
			if (areGatesOpen(state, to)) {
				move(state, to, "another", steps);
				if (this.scene.hasSlowCoordinator() && !this.measured.isSet(state)) {
					steps.to(NAME, "measures the gates", this.measured.set(state, Phases.number(to) + 1));
				}
				if (isFlip(state, to) && !plan.isFenced(state)) {
					steps.to(NAME, "announces a fence", plan.fenced(state, true));
				}
			}
		}
		if (this.measured.isSet(state)) {
			move(state, Phases.ALL.get(this.measured.of(state) - 1), NAME, steps);
			steps.to(NAME, "dies", this.measured.set(state, 0));
		}
		if (plan.isFenced(state)) {
			steps.to(NAME, "gives the fence up", plan.fenced(state, false));
		}
	}

	private boolean isFlip(State state, MigrationPhase to) {
		return to.leadingSide() != this.model.plan().leading(state);
	}

	private boolean areGatesOpen(State state, MigrationPhase to) {
		MigrationPhase from = this.model.plan().phase(state);
		boolean clean = this.model.isVerified(state);
		return switch (to) {
			case DUAL_READ -> clean && (from == MigrationPhase.BACKFILL || isDrained(state, MigrationSide.SOURCE));
			case CUTOVER -> clean && isDrained(state, MigrationSide.TARGET);
			default -> true;
		};
	}

	private boolean isDrained(State state, MigrationSide side) {
		return !this.model.rows().isPending(state, side);
	}

	/**
	 * Make the step in one transaction, which locks the plan.
	 */
	private void move(State state, MigrationPhase to, String actor, Steps steps) {
		if (this.model.isEpochHeld(state) || !isAgreed(state)) {
			return;
		}
		if (isFlip(state, to) && !isFlipReady(state, to)) {
			return;
		}
		MigrationPhase from = this.model.plan().phase(state);
		State next = this.model.entered(this.model.plan().entered(state, to), from, to);
		for (Instance instance : this.instances) {
			next = instance.passed(next);
		}
		boolean fails = this.rules.contains(Rule.PHASE_COMPARE_AND_SET) || actor.equals(NAME);
		steps.to(actor, MOVES, fails ? this.measured.set(next, 0) : next);
	}

	private boolean isAgreed(State state) {
		if (this.rules.contains(Rule.PHASE_ACKNOWLEDGED)) {
			for (Instance instance : this.instances) {
				if (instance.isLive(state) && instance.behind(state) > 0) {
					return false;
				}
			}
		}
		return true;
	}

	private boolean isFlipReady(State state, MigrationPhase to) {
		if (this.rules.contains(Rule.PENDING_DRAINED_AT_THE_FLIP) && !isDrained(state, to.leadingSide())) {
			return false;
		}
		if (this.rules.contains(Rule.FENCE)) {
			for (Instance instance : this.instances) {
				if (instance.isLive(state) && !(instance.waits(state) && isOver(state, instance))) {
					return false;
				}
			}
			return this.model.plan().isFenced(state);
		}
		return true;
	}

	private static boolean isOver(State state, Instance instance) {
		return instance.isIdle(state) || instance.stage(state) == Stage.DEAD;
	}

}
