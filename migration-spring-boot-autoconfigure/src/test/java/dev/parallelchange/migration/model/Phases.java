package dev.parallelchange.migration.model;

import java.util.List;

import dev.parallelchange.migration.MigrationPhase;

/**
 * The phases that are modelled: in {@code EXPAND} nothing differs from {@code OFF}.
 */
final class Phases {

	static final List<MigrationPhase> ALL = List.of(MigrationPhase.OFF, MigrationPhase.DUAL_WRITE,
			MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER);

	static final String[] NAMES = ALL.stream().map(MigrationPhase::name).toArray(String[]::new);

	private Phases() {
	}

	static MigrationPhase of(Variable variable, State state) {
		return ALL.get(variable.of(state));
	}

	static int number(MigrationPhase phase) {
		return ALL.indexOf(phase);
	}

}
