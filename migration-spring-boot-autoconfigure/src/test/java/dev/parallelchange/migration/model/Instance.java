package dev.parallelchange.migration.model;

import java.util.Set;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;

/**
 * One instance of the application: what it believes of the plan, its lease, and its one
 * business transaction. To be paused is to do nothing while others do.
 */
final class Instance implements Rows.Snapshot {

	static final int STALE = 2;

	private final String name;

	private final Variable stage;

	private final Variable effect;

	private final Variable believed;

	private final Variable behind;

	private final Variable leased;

	private final Variable waits;

	private final Variable memory;

	private final Variable mirrorReads;

	private final Variable mirrorSees;

	private final Variable older;

	private final Set<Rule> rules;

	Instance(int number, Layout layout, Set<Rule> rules) {
		this.name = "instance " + (number + 1);
		this.rules = rules;
		String prefix = this.name + " ";
		this.stage = layout.add(number, this.name, "is idle", "has begun", "has written", "has checked", "is mirroring",
				"has mirrored", "is dead");
		this.effect = layout.add(number, prefix + "is to", "do nothing", "change the row", "insert it", "delete it");
		this.believed = layout.add(number, prefix + "believes", Phases.NAMES);
		this.behind = layout.add(number, prefix + "is", "at the epoch", "one epoch behind", "epochs behind");
		this.leased = layout.add(number, prefix + "has", "no lease", "a lease");
		this.waits = layout.add(number, prefix + "heeds", "no fence", "the fence");
		this.memory = layout.add(number, prefix + "remembers", Effect.VALUES);
		this.mirrorReads = layout.add(number, prefix + "mirrors", Effect.VALUES);
		this.mirrorSees = layout.add(number, prefix + "sees the other row", "no", "yes");
		this.older = layout.add(number, prefix + "is older than the end of the copy", "no", "yes");
	}

	String name() {
		return this.name;
	}

	Stage stage(State state) {
		return Stage.values()[this.stage.of(state)];
	}

	State at(State state, Stage stage) {
		return this.stage.set(state, stage.ordinal());
	}

	Effect effect(State state) {
		return Effect.of(this.effect.of(state));
	}

	State with(State state, Effect effect) {
		return this.effect.set(state, effect.ordinal());
	}

	MigrationPhase believed(State state) {
		return Phases.of(this.believed, state);
	}

	MigrationSide leading(State state) {
		return believed(state).leadingSide();
	}

	int behind(State state) {
		return this.behind.of(state);
	}

	boolean isLive(State state) {
		return this.leased.isSet(state);
	}

	boolean isIdle(State state) {
		return stage(state) == Stage.IDLE;
	}

	boolean waits(State state) {
		return this.waits.isSet(state);
	}

	int memory(State state) {
		return this.memory.of(state);
	}

	int mirrorReads(State state) {
		return this.mirrorReads.of(state);
	}

	boolean mirrorSees(State state) {
		return this.mirrorSees.isSet(state);
	}

	State remembering(State state, int value) {
		return this.rules.contains(Rule.MIRROR_DERIVES) ? state : this.memory.set(state, value);
	}

	State mirroring(State state, Stage stage, int value, boolean sees) {
		return this.mirrorSees.set(this.mirrorReads.set(at(state, stage), value), sees);
	}

	boolean hasWritten(State state) {
		Stage stage = stage(state);
		return stage != Stage.IDLE && stage != Stage.BEGUN && stage != Stage.DEAD;
	}

	/**
	 * Return whether the mirror has a row to write: one that it derives, or one that it
	 * saw and deletes.
	 */
	boolean writesOther(State state) {
		return mirrorReads(state) != Effect.ABSENT || this.mirrorSees.isSet(state);
	}

	boolean locks(State state, MigrationSide side) {
		if (!hasWritten(state)) {
			return false;
		}
		boolean mirrored = stage(state) == Stage.MIRRORED;
		if (leading(state) != side) {
			return mirrored && writesOther(state);
		}
		return effect(state) != Effect.NOTHING
				|| (mirrored && this.rules.contains(Rule.MIRROR_LOCKS_FIRST) && mirrorReads(state) != Effect.ABSENT);
	}

	boolean isOlderThanCopy(State state) {
		return this.older.isSet(state);
	}

	/**
	 * The copy has finished: transactions that have written by now may have written what
	 * it did not see.
	 */
	State outlived(State state) {
		return hasWritten(state) ? this.older.set(state, true) : state;
	}

	@Override
	public State written(State state, MigrationSide side, int value) {
		boolean gone = value == Effect.ABSENT && stage(state) == Stage.MIRRORING;
		return (gone && leading(state) != side) ? this.mirrorSees.set(state, 0) : state;
	}

	/**
	 * Learn where the plan stands, renew the lease or join, and acknowledge both.
	 */
	State polled(State state, int phase, boolean fence) {
		State next = this.leased.set(this.behind.set(this.believed.set(state, phase), 0), true);
		return this.waits.set(next, fence);
	}

	boolean isOutdated(State state, boolean fence) {
		return !isLive(state) || behind(state) > 0 || waits(state) != fence;
	}

	State expired(State state) {
		State next = this.leased.set(state, false);
		return isIdle(state) ? idle(next) : next;
	}

	State passed(State state) {
		return this.behind.set(state, Math.min(STALE, behind(state) + 1));
	}

	/**
	 * End the transaction. What an instance believes that may not write any more does not
	 * matter.
	 */
	State idle(State state) {
		State next = this.older.set(at(with(state, Effect.NOTHING), Stage.IDLE), false);
		next = this.mirrorSees.set(this.mirrorReads.set(this.memory.set(next, 0), 0), 0);
		return (isLive(next) || !this.rules.contains(Rule.WRITERS_HOLD_A_LEASE)) ? next : forgotten(next);
	}

	State dead(State state) {
		State ended = idle(state);
		return at(isLive(ended) ? ended : forgotten(ended), Stage.DEAD);
	}

	private State forgotten(State state) {
		return this.waits.set(this.behind.set(this.believed.set(state, 0), STALE), 0);
	}

}
