package dev.parallelchange.migration.model;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.MigrationSide;

/**
 * The committed row of one key on both sides, its pending entries, and what the row ought
 * to be after all acknowledged transactions.
 */
final class Rows {

	private final Map<MigrationSide, Variable> values = new EnumMap<>(MigrationSide.class);

	private final Map<MigrationSide, Variable> pending = new EnumMap<>(MigrationSide.class);

	private final Variable truth;

	private final List<Snapshot> snapshots = new ArrayList<>();

	Rows(Layout layout) {
		for (MigrationSide side : MigrationSide.values()) {
			String name = side.name().toLowerCase(java.util.Locale.ROOT);
			this.values.put(side, layout.add(name, Effect.VALUES));
			this.pending.put(side, layout.add("pending to " + name, "none", "some"));
		}
		this.truth = layout.add("truth", Effect.VALUES);
	}

	/**
	 * Let a snapshot know what is committed after it.
	 */
	void watch(Snapshot snapshot) {
		this.snapshots.add(snapshot);
	}

	State start(State state, int value) {
		State started = this.truth.set(state, value);
		for (Variable side : this.values.values()) {
			started = side.set(started, value);
		}
		return started;
	}

	State startOnSource(State state, int value) {
		return this.values.get(MigrationSide.SOURCE).set(this.truth.set(state, value), value);
	}

	int value(State state, MigrationSide side) {
		return this.values.get(side).of(state);
	}

	boolean isPresent(State state, MigrationSide side) {
		return value(state, side) != Effect.ABSENT;
	}

	int truth(State state) {
		return this.truth.of(state);
	}

	boolean isTrue(State state, MigrationSide side) {
		return value(state, side) == truth(state);
	}

	boolean areEqual(State state) {
		return value(state, MigrationSide.SOURCE) == value(state, MigrationSide.TARGET);
	}

	boolean isPending(State state, MigrationSide side) {
		return this.pending.get(side).isSet(state);
	}

	/**
	 * Write a row; one that is equal already is not written.
	 */
	State write(State state, MigrationSide side, int value) {
		int before = value(state, side);
		if (before == value) {
			return state;
		}
		State after = this.values.get(side).set(state, value);
		for (Snapshot snapshot : this.snapshots) {
			after = snapshot.written(after, side, value);
		}
		return after;
	}

	State append(State state, MigrationSide side) {
		State after = this.pending.get(side).set(state, true);
		for (Snapshot snapshot : this.snapshots) {
			after = snapshot.appended(after, side);
		}
		return after;
	}

	State keepPending(State state, MigrationSide side, boolean kept) {
		return this.pending.get(side).set(state, kept);
	}

	State acknowledge(State state, Effect effect) {
		return this.truth.set(state, effect.on(truth(state)));
	}

	/**
	 * Somebody who has looked at the rows and will act on what was seen.
	 */
	interface Snapshot {

		State written(State state, MigrationSide side, int value);

		default State appended(State state, MigrationSide side) {
			return state;
		}

	}

}
