package dev.parallelchange.migration.model;

import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.MigrationSide;

/**
 * Business transactions that write through proxies: they write the side that they believe
 * to be leading, check the epoch, mirror and commit.
 */
final class ProxyWriters implements Locks {

	static final String COMMITS = "commits";

	private final List<Instance> instances;

	private final Rows rows;

	private final Plan plan;

	private final Set<Rule> rules;

	private final boolean deferring;

	ProxyWriters(List<Instance> instances, Rows rows, Plan plan, Set<Rule> rules, boolean deferring) {
		this.instances = instances;
		this.rows = rows;
		this.plan = plan;
		this.rules = rules;
		this.deferring = deferring;
	}

	@Override
	public boolean isLocked(State state, MigrationSide side) {
		return this.instances.stream().anyMatch((instance) -> instance.locks(state, side));
	}

	private boolean isLockedByOther(State state, Instance self, MigrationSide side) {
		for (Instance instance : this.instances) {
			if (instance != self && instance.locks(state, side)) {
				return true;
			}
		}
		return false;
	}

	void steps(State state, Steps steps) {
		for (Instance instance : this.instances) {
			switch (instance.stage(state)) {
				case IDLE -> begin(state, instance, steps);
				case BEGUN -> write(state, instance, steps);
				case WROTE -> check(state, instance, steps);
				case CHECKED -> mirror(state, instance, steps);
				case MIRRORING -> goOn(state, instance, steps);
				case MIRRORED -> commit(state, instance, steps);
				case DEAD -> {
				}
			}
			if (instance.stage(state) != Stage.IDLE && instance.stage(state) != Stage.DEAD) {
				steps.to(instance.name(), "rolls back", instance.idle(state));
			}
		}
	}

	private void begin(State state, Instance instance, Steps steps) {
		if (instance.waits(state) || (!instance.isLive(state) && this.rules.contains(Rule.WRITERS_HOLD_A_LEASE))) {
			return;
		}
		State next = instance.remembering(state, this.rows.value(state, instance.leading(state)));
		step(state, instance, "begins", instance.at(next, Stage.BEGUN), steps);
	}

	/**
	 * A statement that finds no row to write waits for nobody and locks nothing.
	 */
	private void write(State state, Instance instance, Steps steps) {
		MigrationSide leading = instance.leading(state);
		for (Effect effect : Effect.values()) {
			boolean free = effect == Effect.NOTHING || !isLockedByOther(state, instance, leading);
			if (free && effect.isPossible(this.rows.value(state, leading))) {
				steps.to(instance.name(), "writes", instance.at(instance.with(state, effect), Stage.WROTE));
			}
		}
	}

	private void check(State state, Instance instance, Steps steps) {
		boolean refused = isChecked(state, instance)
				&& (instance.behind(state) >= Instance.STALE || instance.leading(state) != this.plan.leading(state));
		if (!refused) {
			steps.to(instance.name(), "checks the epoch", instance.at(state, Stage.CHECKED));
		}
		else if (instance.isLive(state)) {
			steps.violates(instance.name(), "is refused", Violation.REFUSED_WRITE, instance.idle(state));
		}
		else {
			steps.to(instance.name(), "is refused", instance.idle(state));
		}
	}

	private boolean isChecked(State state, Instance instance) {
		return this.rules.contains(Rule.EPOCH_CHECK)
				&& (instance.believed(state).isMirrored() || this.rules.contains(Rule.EPOCH_CHECK_WITHOUT_MIRROR));
	}

	/**
	 * Return whether a transaction that has checked the epoch keeps it from moving.
	 */
	boolean holdEpoch(State state) {
		for (Instance instance : this.instances) {
			boolean checked = instance.hasWritten(state) && instance.stage(state) != Stage.WROTE;
			if (checked && isChecked(state, instance) && this.rules.contains(Rule.EPOCH_LOCK)) {
				return true;
			}
		}
		return false;
	}

	boolean areOlderThanCopy(State state) {
		return this.instances.stream().anyMatch((instance) -> instance.isOlderThanCopy(state));
	}

	private int written(State state, Instance instance) {
		return instance.effect(state).on(this.rows.value(state, instance.leading(state)));
	}

	private void mirror(State state, Instance instance, Steps steps) {
		if (!instance.believed(state).isMirrored()) {
			commit(state, instance, steps);
			return;
		}
		MigrationSide other = instance.leading(state).other();
		if (this.deferring) {
			commit(this.rows.append(state, other), instance, steps);
		}
		boolean sees = this.rows.isPresent(state, other);
		if (!this.rules.contains(Rule.MIRROR_LOCKS_FIRST)) {
			int value = written(state, instance);
			steps.to(instance.name(), "begins to mirror", instance.mirroring(state, Stage.MIRRORING, value, sees));
		}
		else if (!isLeadingRowBusy(state, instance) && !isLockedByOther(state, instance, other)) {
			mirror(state, instance, written(state, instance), sees, steps);
		}
	}

	/**
	 * Who has written no row must wait for who has, if there is one to lock.
	 */
	private boolean isLeadingRowBusy(State state, Instance instance) {
		MigrationSide leading = instance.leading(state);
		return this.rows.isPresent(state, leading) && isLockedByOther(state, instance, leading);
	}

	/**
	 * Without its locks, the mirror writes what its statement saw when it began.
	 */
	private void goOn(State state, Instance instance, Steps steps) {
		MigrationSide other = instance.leading(state).other();
		if (!isLockedByOther(state, instance, other)) {
			mirror(state, instance, instance.mirrorReads(state), instance.mirrorSees(state), steps);
		}
	}

	private void mirror(State state, Instance instance, int derived, boolean sees, Steps steps) {
		int value = this.rules.contains(Rule.MIRROR_DERIVES) ? derived
				: instance.effect(state).on(instance.memory(state));
		steps.to(instance.name(), "mirrors", instance.mirroring(state, Stage.MIRRORED, value, sees));
	}

	private void commit(State state, Instance instance, Steps steps) {
		MigrationSide leading = instance.leading(state);
		State next = this.rows.write(state, leading, written(state, instance));
		if (instance.stage(state) == Stage.MIRRORED && instance.writesOther(state)) {
			next = this.rows.write(next, leading.other(), instance.mirrorReads(state));
		}
		next = this.rows.acknowledge(next, instance.effect(state));
		step(state, instance, COMMITS, instance.idle(next), steps);
	}

	private static void step(State state, Instance instance, String action, State next, Steps steps) {
		if (instance.behind(state) >= Instance.STALE) {
			steps.violates(instance.name(), action, Violation.THREE_PHASES, next);
		}
		else {
			steps.to(instance.name(), action, next);
		}
	}

}
