package dev.parallelchange.migration.model;

import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.MigrationSide;

/**
 * Business transactions whose statements are mirrored by triggers.
 */
final class TriggerWriters {

	static final String COMMITS = "commits";

	private final List<Release> releases;

	private final Rows rows;

	private final Repairer repairer;

	private final Set<Rule> rules;

	TriggerWriters(List<Release> releases, Rows rows, Repairer repairer, Set<Rule> rules) {
		this.releases = releases;
		this.rows = rows;
		this.repairer = repairer;
		this.rules = rules;
	}

	/**
	 * Name the steps of all transactions.
	 * @param deferring whether keys may be deferred
	 */
	void steps(State state, boolean deferring, Steps steps) {
		for (Release release : this.releases) {
			if (release.isIdle(state)) {
				write(state, release, steps);
				continue;
			}
			if (release.isWaitingForMirror(state)) {
				mirror(state, release, deferring, steps);
				deadlock(state, release, steps);
			}
			else {
				commit(state, release, steps);
			}
			steps.to(release.name(), "rolls back", release.idle(state));
		}
	}

	private boolean isBusy(State state, Release self, MigrationSide side) {
		return this.repairer.locks(state, side)
				|| this.releases.stream().anyMatch((release) -> release != self && release.locks(state, side));
	}

	private void write(State state, Release release, Steps steps) {
		MigrationSide side = release.uses(state);
		for (Effect effect : Effect.values()) {
			boolean possible = effect != Effect.NOTHING && effect.isPossible(this.rows.value(state, side));
			if (possible && !isBusy(state, release, side)) {
				steps.to(release.name(), "writes", release.written(state, effect));
			}
		}
	}

	private void mirror(State state, Release release, boolean deferring, Steps steps) {
		MigrationSide other = release.uses(state).other();
		if (other == MigrationSide.SOURCE && !this.rules.contains(Rule.TRIGGERS_BOTH_WAYS)) {
			steps.to(release.name(), "is not mirrored", release.unmirrored(state));
			return;
		}
		if (deferring) {
			steps.to(release.name(), "defers its key", release.deferred(state));
		}
		if (!isBusy(state, release, other)) {
			steps.to(release.name(), "is mirrored", release.mirrored(state, this.rows.isPresent(state, other)));
		}
	}

	/**
	 * Both wait for the other's row; the database chooses either as its victim.
	 */
	private void deadlock(State state, Release release, Steps steps) {
		boolean deadlock = this.releases.stream().allMatch((any) -> any.isWaitingForMirror(state))
				&& this.releases.get(0).uses(state) != this.releases.get(1).uses(state);
		if (!deadlock) {
			return;
		}
		if (this.rules.contains(Rule.TRIGGERS_RAISE_DEADLOCKS)) {
			steps.to(release.name(), "is the deadlock's victim", release.idle(state));
		}
		else {
			steps.to(release.name(), "swallows a deadlock", release.deferred(state));
		}
	}

	private void commit(State state, Release release, Steps steps) {
		MigrationSide side = release.uses(state);
		int value = release.effect(state).on(this.rows.value(state, side));
		State next = this.rows.write(state, side, value);
		if (release.writesOther(state)) {
			next = this.rows.write(next, side.other(), value);
		}
		if (release.defers(state)) {
			next = this.rows.append(next, side.other());
		}
		steps.to(release.name(), COMMITS, release.idle(this.rows.acknowledge(next, release.effect(state))));
	}

}
