package dev.parallelchange.migration.model;

import java.util.Set;

import dev.parallelchange.migration.MigrationSide;

/**
 * Applies a pending key in one transaction at {@code REPEATABLE READ}: it takes its
 * snapshot with the entries, and later writes what it saw.
 */
final class Applier implements Rows.Snapshot {

	private static final String NAME = "applier";

	private final Rows rows;

	private final Locks locks;

	private final Set<Rule> rules;

	private final Variable side;

	private final Variable origin;

	private final Variable seesRow;

	private final Variable originChanged;

	private final Variable rowChanged;

	private final Variable newEntry;

	Applier(Layout layout, Rows rows, Locks locks, Set<Rule> rules) {
		this.rows = rows;
		this.locks = locks;
		this.rules = rules;
		this.side = layout.add("applier writes", "nothing", "source", "target");
		this.origin = layout.add("applier's origin", Effect.VALUES);
		this.seesRow = layout.flag("applier sees a row");
		this.originChanged = layout.flag("origin changed since");
		this.rowChanged = layout.flag("row changed since");
		this.newEntry = layout.flag("entry appended since");
		rows.watch(this);
	}

	@Override
	public State written(State state, MigrationSide side, int value) {
		if (!this.side.isSet(state)) {
			return state;
		}
		return ((side == side(state)) ? this.rowChanged : this.originChanged).set(state, true);
	}

	@Override
	public State appended(State state, MigrationSide side) {
		return (this.side.isSet(state) && side == side(state)) ? this.newEntry.set(state, true) : state;
	}

	private MigrationSide side(State state) {
		return MigrationSide.values()[this.side.of(state) - 1];
	}

	void steps(State state, Steps steps) {
		if (this.side.isSet(state)) {
			steps.to(NAME, "gives up", idle(state));
			apply(state, side(state), steps);
			return;
		}
		for (MigrationSide written : MigrationSide.values()) {
			if (this.rows.isPending(state, written)) {
				State next = this.side.set(state, written.ordinal() + 1);
				next = this.origin.set(next, this.rows.value(state, written.other()));
				next = this.seesRow.set(next, this.rows.isPresent(state, written));
				steps.to(NAME, "takes a snapshot", next);
			}
		}
	}

	/**
	 * Where PostgreSQL waits for a lock there is no step yet; where it refuses to write
	 * over what has changed since the snapshot there is none but to give up.
	 */
	private void apply(State state, MigrationSide written, Steps steps) {
		boolean present = this.origin.of(state) != Effect.ABSENT;
		boolean writes = present || this.seesRow.isSet(state);
		if (present && this.rules.contains(Rule.APPLIER_LOCKS_ORIGIN)
				&& (this.locks.isLocked(state, written.other()) || this.originChanged.isSet(state))) {
			return;
		}
		if (writes && (this.locks.isLocked(state, written) || this.rowChanged.isSet(state))) {
			return;
		}
		State next = writes ? this.rows.write(state, written, this.origin.of(state)) : state;
		boolean removed = !present && this.seesRow.isSet(state);
		if (!removed || !this.rules.contains(Rule.APPLIER_LOOKS_AGAIN)) {
			boolean newer = this.newEntry.isSet(state) && this.rules.contains(Rule.APPLIER_REMOVES_WHAT_IT_SAW);
			next = this.rows.keepPending(next, written, newer);
		}
		steps.to(NAME, "writes the row", idle(next));
	}

	private State idle(State state) {
		State next = state;
		for (Variable variable : new Variable[] { this.side, this.origin, this.seesRow, this.originChanged,
				this.rowChanged, this.newEntry }) {
			next = variable.set(next, 0);
		}
		return next;
	}

}
