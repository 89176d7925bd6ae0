package dev.parallelchange.migration.model;

import java.util.Set;

import dev.parallelchange.migration.MigrationSide;

/**
 * Makes a row equal that has been found different. It goes on beside the next pass, which
 * another instance may make.
 */
final class Repairer implements Rows.Snapshot {

	private static final String NAME = "repairer";

	private final Rows rows;

	private final Locks locks;

	private final Set<Rule> rules;

	private final boolean mirroredBack;

	private final Variable due;

	private final Variable read;

	private final Variable sees;

	/**
	 * Create the repairer.
	 * @param triggers whether triggers see what it writes
	 */
	Repairer(Layout layout, Rows rows, Locks locks, Set<Rule> rules, boolean triggers) {
		this.mirroredBack = triggers && !rules.contains(Rule.REPAIRER_IS_MARKED);
		this.rows = rows;
		this.locks = locks;
		this.rules = rules;
		this.due = layout.flag("repair due");
		this.read = layout.add("repairer has read", "nothing", "absent", "even", "odd");
		this.sees = layout.flag("repairer sees a row");
		rows.watch(this);
	}

	State ask(State state) {
		return this.due.set(state, true);
	}

	State givenUp(State state) {
		return this.sees.set(this.read.set(this.due.set(state, false), 0), false);
	}

	/**
	 * Its transaction holds the epoch as business transactions do.
	 */
	boolean holdsEpoch(State state) {
		return this.read.isSet(state);
	}

	@Override
	public State written(State state, MigrationSide side, int value) {
		return (value == Effect.ABSENT && this.sees.isSet(state)) ? this.sees.set(state, false) : state;
	}

	/**
	 * With its locks, nothing changes between what it reads and what it writes.
	 */
	void steps(State state, MigrationSide written, Steps steps) {
		if (!this.due.isSet(state)) {
			return;
		}
		int leading = this.rows.value(state, written.other());
		if (this.mirroredBack && this.rules.contains(Rule.REPAIRER_LOCKS_FIRST)) {
			deleteInTwoStatements(state, written, steps);
		}
		else if (this.rules.contains(Rule.REPAIRER_LOCKS_FIRST)) {
			boolean leadingBusy = leading != Effect.ABSENT && this.locks.isLocked(state, written.other());
			if (!leadingBusy && !this.locks.isLocked(state, written)) {
				steps.to(NAME, "locks and writes the row", givenUp(this.rows.write(state, written, leading)));
			}
		}
		else if (!this.read.isSet(state)) {
			State next = this.read.set(state, leading + 1);
			steps.to(NAME, "reads the row", this.sees.set(next, this.rows.isPresent(state, written)));
		}
		else if (!this.locks.isLocked(state, written)) {
			int value = this.read.of(state) - 1;
			boolean writes = value != Effect.ABSENT || this.sees.isSet(state);
			steps.to(NAME, "writes the row", givenUp(writes ? this.rows.write(state, written, value) : state));
		}
	}

	/**
	 * A trigger that restores the leading side after a delete sees what has been
	 * committed since the statement began; all other repairs leave it nothing to do.
	 */
	private void deleteInTwoStatements(State state, MigrationSide written, Steps steps) {
		MigrationSide leading = written.other();
		if (this.read.isSet(state)) {
			State next = this.rows.write(state, written, Effect.ABSENT);
			boolean free = !this.locks.isLocked(state, leading);
			next = free ? this.rows.write(next, leading, Effect.ABSENT) : next;
			steps.to(NAME, "is mirrored back", givenUp(next));
		}
		else if (!this.locks.isLocked(state, written)) {
			boolean deletes = !this.rows.isPresent(state, leading) && this.rows.isPresent(state, written);
			steps.to(NAME, "writes the row", deletes ? this.read.set(state, 1)
					: givenUp(this.rows.write(state, written, this.rows.value(state, leading))));
		}
	}

	boolean locks(State state, MigrationSide side) {
		return this.mirroredBack && this.read.isSet(state) && side == MigrationSide.TARGET;
	}

}
