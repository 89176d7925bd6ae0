package dev.parallelchange.migration.model;

import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

/**
 * Two releases whose writes are mirrored by triggers: both on the source until
 * {@code DUAL_READ}, then one may use the target.
 */
final class TriggerModel implements Model, Locks {

	private static final String MOVES = "moves the plan";

	private static final int EVEN = 1;

	private final Set<Rule> rules;

	private final Layout layout = new Layout();

	private final Release first = new Release(0, this.layout);

	private final Release second = new Release(1, this.layout);

	private final List<Release> releases = List.of(this.first, this.second);

	private final Rows rows = new Rows(this.layout);

	private final Plan plan = new Plan(this.layout);

	private final TriggerWriters writers;

	private final Copier copier;

	private final Applier applier;

	private final Repairer repairer;

	private final Verifier verifier;

	TriggerModel(Set<Rule> rules) {
		this.rules = Set.copyOf(rules);
		this.repairer = new Repairer(this.layout, this.rows, this::isLockedByBusiness, this.rules, true);
		this.writers = new TriggerWriters(this.releases, this.rows, this.repairer, this.rules);
		this.copier = new Copier(this.layout, this.rows, this, this.rules, true, this::outlived);
		this.applier = new Applier(this.layout, this.rows, this, this.rules);
		this.verifier = new Verifier(this.layout, this.rows, this.repairer, this.rules);
	}

	@Override
	public Layout layout() {
		return this.layout;
	}

	@Override
	public State initial() {
		return this.rows.startOnSource(this.plan.entered(new State(0, 0), MigrationPhase.BACKFILL), EVEN);
	}

	@Override
	public boolean isLocked(State state, MigrationSide side) {
		return isLockedByBusiness(state, side) || this.repairer.locks(state, side);
	}

	private boolean isLockedByBusiness(State state, MigrationSide side) {
		return this.first.locks(state, side) || this.second.locks(state, side);
	}

	private State outlived(State state) {
		return this.second.outlived(this.first.outlived(state));
	}

	@Override
	public void steps(State state, Steps steps) {
		boolean backfill = this.plan.phase(state) == MigrationPhase.BACKFILL;
		this.writers.steps(state, backfill || !this.rules.contains(Rule.ONE_SIDE_WHILE_PENDING), steps);
		this.copier.steps(state, backfill, steps);
		this.applier.steps(state, steps);
		this.repairer.steps(state, MigrationSide.TARGET, steps);
		boolean older = this.first.isOlderThanCopy(state) || this.second.isOlderThanCopy(state);
		if (this.copier.isCopied(state) && !(older && this.rules.contains(Rule.VERIFIER_WAITS_FOR_OLDER))) {
			this.verifier.steps(state, MigrationSide.TARGET, steps);
		}
		if (backfill) {
			forward(state, steps);
		}
		else {
			deploy(state, steps);
		}
	}

	private void forward(State state, Steps steps) {
		boolean drained = !this.rows.isPending(state, MigrationSide.TARGET) && !this.first.defers(state)
				&& !this.second.defers(state);
		boolean complete = this.copier.isCopied(state) && this.verifier.isClean(state);
		if (complete && (drained || !this.rules.contains(Rule.ONE_SIDE_WHILE_PENDING))
				&& !this.repairer.holdsEpoch(state)) {
			steps.to("coordinator", MOVES, entered(state, MigrationPhase.DUAL_READ));
		}
	}

	private void deploy(State state, Steps steps) {
		boolean target = this.second.uses(state) == MigrationSide.TARGET;
		if (this.second.isIdle(state)) {
			steps.to(this.second.name(), target ? "is rolled back" : "is deployed",
					this.second.using(state, target ? MigrationSide.SOURCE : MigrationSide.TARGET));
		}
		if (!target && !this.repairer.holdsEpoch(state)) {
			steps.to("coordinator", MOVES, this.verifier.cleaned(entered(state, MigrationPhase.BACKFILL), false));
		}
	}

	private State entered(State state, MigrationPhase phase) {
		return this.repairer.givenUp(this.verifier.givenUp(this.plan.entered(state, phase)));
	}

	@Override
	public @Nullable Violation violation(State state) {
		boolean read = this.plan.phase(state) == MigrationPhase.DUAL_READ;
		if (!this.rows.isTrue(state, MigrationSide.SOURCE)) {
			boolean pending = this.rows.isPending(state, MigrationSide.SOURCE);
			return pending ? Violation.STALE_READ
					: (this.rows.truth(state) == Effect.ABSENT) ? Violation.RESURRECTED_ROW : Violation.LOST_WRITE;
		}
		return (read && !this.rows.isTrue(state, MigrationSide.TARGET)) ? Violation.STALE_READ : null;
	}

	@Override
	public Set<String> goals() {
		return Set.of(MOVES, TriggerWriters.COMMITS);
	}

}
