package dev.parallelchange.migration.model;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;

/**
 * The plan's row in the database.
 */
final class Plan {

	private final Variable phase;

	private final Variable fence;

	Plan(Layout layout) {
		this.phase = layout.add("phase", Phases.NAMES);
		this.fence = layout.add("fence", "down", "up");
	}

	MigrationPhase phase(State state) {
		return Phases.of(this.phase, state);
	}

	MigrationSide leading(State state) {
		return phase(state).leadingSide();
	}

	/**
	 * Enter a phase; a fence belongs to one epoch.
	 */
	State entered(State state, MigrationPhase phase) {
		return fenced(this.phase.set(state, Phases.number(phase)), false);
	}

	boolean isFenced(State state) {
		return this.fence.isSet(state);
	}

	State fenced(State state, boolean fenced) {
		return this.fence.set(state, fenced);
	}

}
