package dev.parallelchange.migration.model;

import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

/**
 * Two instances whose proxies mirror one row, and everybody who works on their plan.
 */
final class ProxyModel implements Model {

	private static final int EVEN = 1;

	private final Scene scene;

	private final Set<Rule> rules;

	private final Layout layout = new Layout();

	private final List<Instance> instances;

	private final long instanceBits;

	private final Rows rows;

	private final Plan plan;

	private final ProxyWriters writers;

	private final Copier copier;

	private final Applier applier;

	private final Repairer repairer;

	private final Verifier verifier;

	private final Coordinator coordinator;

	ProxyModel(Scene scene, Set<Rule> rules) {
		this.scene = scene;
		this.rules = Set.copyOf(rules);
		this.instances = List.of(new Instance(0, this.layout, this.rules), new Instance(1, this.layout, this.rules));
		this.instanceBits = this.layout.usedInBoth();
		this.rows = new Rows(this.layout);
		this.instances.forEach(this.rows::watch);
		this.plan = new Plan(this.layout);
		this.writers = new ProxyWriters(this.instances, this.rows, this.plan, this.rules, scene.defers());
		this.copier = new Copier(this.layout, this.rows, this.writers, this.rules, false, this::outlived);
		this.applier = new Applier(this.layout, this.rows, this.writers, this.rules);
		this.repairer = new Repairer(this.layout, this.rows, this.writers, this.rules, false);
		this.verifier = new Verifier(this.layout, this.rows, this.repairer, this.rules);
		this.coordinator = new Coordinator(this.layout, this, scene, this.instances, this.rules);
	}

	Rows rows() {
		return this.rows;
	}

	Plan plan() {
		return this.plan;
	}

	boolean isEpochHeld(State state) {
		return this.writers.holdEpoch(state) || this.repairer.holdsEpoch(state);
	}

	private State outlived(State state) {
		State next = state;
		for (Instance instance : this.instances) {
			next = instance.outlived(next);
		}
		return next;
	}

	boolean isVerified(State state) {
		return this.verifier.isClean(state) && this.copier.isCopied(state);
	}

	/**
	 * What a phase begins with: copy and passes from before a time without mirror count
	 * for nothing, and each stay in {@code BACKFILL} needs a pass of its own.
	 */
	State entered(State state, MigrationPhase from, MigrationPhase to) {
		State next = this.repairer.givenUp(this.verifier.givenUp(state));
		if (to == MigrationPhase.OFF) {
			next = this.copier.finished(next, false);
		}
		return (to == MigrationPhase.BACKFILL || to == MigrationPhase.OFF) ? this.verifier.cleaned(next, false) : next;
	}

	@Override
	public Layout layout() {
		return this.layout;
	}

	@Override
	public State initial() {
		State state = this.plan.entered(new State(0, 0), this.scene.first());
		if (!this.scene.copies()) {
			state = this.verifier.cleaned(this.copier.finished(this.rows.start(state, EVEN), true), true);
		}
		else {
			state = this.rows.startOnSource(state, EVEN);
		}
		for (Instance instance : this.instances) {
			state = instance.polled(state, Phases.number(this.scene.first()), false);
		}
		return state;
	}

	@Override
	public void steps(State state, Steps steps) {
		Steps observed = this.rules.contains(Rule.VERIFIER_ONE_SNAPSHOT) ? steps : new Observed(steps);
		this.writers.steps(state, observed);
		this.instances.forEach((instance) -> live(state, instance, observed));
		MigrationPhase phase = this.plan.phase(state);
		this.copier.steps(state, phase == MigrationPhase.BACKFILL, observed);
		this.applier.steps(state, observed);
		this.repairer.steps(state, phase.leadingSide().other(), observed);
		boolean due = phase.isAtLeast(MigrationPhase.BACKFILL) && this.copier.isCopied(state)
				&& !(this.writers.areOlderThanCopy(state) && this.rules.contains(Rule.VERIFIER_WAITS_FOR_OLDER));
		if (this.scene.verifies() && due) {
			this.verifier.steps(state, phase.leadingSide().other(), observed);
		}
		this.coordinator.steps(state, observed);
	}

	private void live(State state, Instance instance, Steps steps) {
		boolean fence = this.plan.isFenced(state);
		int phase = Phases.number(this.plan.phase(state));
		Stage stage = instance.stage(state);
		if (stage == Stage.IDLE && instance.isOutdated(state, fence)) {
			steps.to(instance.name(), "polls", instance.polled(state, phase, fence));
		}
		if (stage != Stage.DEAD && this.scene.kills()) {
			steps.to(instance.name(), "is killed", instance.dead(state));
		}
		else if (stage == Stage.DEAD && !instance.isLive(state)) {
			steps.to(instance.name(), "is started again", instance.polled(instance.idle(state), phase, fence));
		}
		if (instance.isLive(state) && this.rules.contains(Rule.LEASES_END)) {
			steps.to(instance.name(), "loses its lease", instance.expired(state));
		}
	}

	@Override
	public @Nullable Violation violation(State state) {
		if (!this.rows.isTrue(state, this.plan.leading(state))) {
			return (this.rows.truth(state) == Effect.ABSENT) ? Violation.RESURRECTED_ROW : Violation.LOST_WRITE;
		}
		for (Instance instance : this.instances) {
			if (instance.isLive(state) && instance.behind(state) < Instance.STALE && misreads(state, instance)) {
				return Violation.STALE_READ;
			}
		}
		return null;
	}

	/**
	 * In {@code DUAL_READ} and {@code CUTOVER} either side may be read, a key that is
	 * pending on the other one.
	 */
	private boolean misreads(State state, Instance instance) {
		boolean both = instance.believed(state).isAtLeast(MigrationPhase.DUAL_READ);
		for (MigrationSide side : both ? List.of(MigrationSide.values()) : List.of(MigrationSide.SOURCE)) {
			boolean asks = this.rules.contains(Rule.READS_ASK_FOR_PENDING_KEYS);
			if (!this.rows.isTrue(state, side) && !(asks && this.rows.isPending(state, side))) {
				return true;
			}
		}
		return false;
	}

	@Override
	public Set<String> goals() {
		return Set.of(Coordinator.MOVES, ProxyWriters.COMMITS);
	}

	/**
	 * The instances are alike.
	 */
	@Override
	public State canonical(State state) {
		boolean swap = (state.low() & this.instanceBits) > (state.high() & this.instanceBits);
		return swap ? state.swapped(this.instanceBits) : state;
	}

	/**
	 * Steps that keep in mind what a verdict is judged by.
	 */
	private final class Observed implements Steps {

		private final Steps steps;

		Observed(Steps steps) {
			this.steps = steps;
		}

		@Override
		public void to(String actor, String action, State next) {
			this.steps.to(actor, action, ProxyModel.this.verifier.observed(next));
		}

		@Override
		public void violates(String actor, String action, Violation violation, State next) {
			this.steps.violates(actor, action, violation, ProxyModel.this.verifier.observed(next));
		}

	}

}
