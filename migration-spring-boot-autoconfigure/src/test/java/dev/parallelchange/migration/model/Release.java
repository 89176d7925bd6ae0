package dev.parallelchange.migration.model;

import dev.parallelchange.migration.MigrationSide;

/**
 * A release that writes the side that it uses, and its one business transaction, in which
 * triggers mirror each statement. The transaction may stay open after that.
 */
final class Release {

	private final String name;

	private final Variable stage;

	private final Variable effect;

	private final Variable uses;

	private final Variable sees;

	private final Variable defers;

	private final Variable older;

	Release(int number, Layout layout) {
		this.name = "release " + (number + 1);
		this.stage = layout.add(this.name, "is idle", "has written", "has been mirrored", "has not been mirrored");
		this.effect = layout.add(this.name + " is to", "do nothing", "change the row", "insert it", "delete it");
		this.uses = layout.add(this.name + " uses", "source", "target");
		this.sees = layout.flag(this.name + "'s trigger sees the other row");
		this.defers = layout.flag(this.name + " defers");
		this.older = layout.flag(this.name + " is older than the end of the copy");
	}

	String name() {
		return this.name;
	}

	MigrationSide uses(State state) {
		return MigrationSide.values()[this.uses.of(state)];
	}

	State using(State state, MigrationSide side) {
		return this.uses.set(state, side.ordinal());
	}

	Effect effect(State state) {
		return Effect.of(this.effect.of(state));
	}

	boolean isIdle(State state) {
		return this.stage.of(state) == 0;
	}

	boolean isWaitingForMirror(State state) {
		return this.stage.of(state) == 1;
	}

	State written(State state, Effect effect) {
		return this.effect.set(this.stage.set(state, 1), effect.ordinal());
	}

	State mirrored(State state, boolean sees) {
		return this.sees.set(this.stage.set(state, 2), sees);
	}

	State unmirrored(State state) {
		return this.stage.set(state, 3);
	}

	State deferred(State state) {
		return this.defers.set(this.stage.set(state, 2), true);
	}

	boolean defers(State state) {
		return this.defers.isSet(state);
	}

	/**
	 * Return whether the trigger has a row to write: one that it derives, or one that it
	 * saw and deletes.
	 */
	boolean writesOther(State state) {
		return this.stage.of(state) == 2 && !defers(state)
				&& (effect(state) != Effect.DELETE || this.sees.isSet(state));
	}

	boolean locks(State state, MigrationSide side) {
		return (uses(state) == side) ? !isIdle(state) : writesOther(state);
	}

	State outlived(State state) {
		return isIdle(state) ? state : this.older.set(state, true);
	}

	boolean isOlderThanCopy(State state) {
		return this.older.isSet(state);
	}

	State idle(State state) {
		State next = this.sees.set(this.defers.set(this.older.set(state, false), false), false);
		return this.effect.set(this.stage.set(next, 0), 0);
	}

}
