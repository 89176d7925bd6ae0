package dev.parallelchange.migration.model;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import dev.parallelchange.migration.MigrationPhase;

/**
 * A part of a plan's life, and who takes part in it. All of it at once has more states
 * than are worth the time.
 */
enum Scene {

	/**
	 * Proxies, from before the first mirrored write to the first read of the target, and
	 * back.
	 */
	COPY(MigrationPhase.OFF, MigrationPhase.DUAL_READ),

	/** Proxies; keys are pending, applied, compared and repaired. */
	PENDING(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ),

	/** Proxies; the leading side changes, forward and back, while keys are pending. */
	FLIP(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER),

	/** Triggers; one release, then two that write different sides. */
	TRIGGERS(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ);

	private final MigrationPhase lowest;

	private final MigrationPhase highest;

	Scene(MigrationPhase lowest, MigrationPhase highest) {
		this.lowest = lowest;
		this.highest = highest;
	}

	Model model(Set<Rule> rules) {
		return (this == TRIGGERS) ? new TriggerModel(rules) : new ProxyModel(this, rules);
	}

	MigrationPhase first() {
		return this.lowest;
	}

	boolean copies() {
		return this == COPY || this == TRIGGERS;
	}

	boolean verifies() {
		return this != FLIP;
	}

	boolean kills() {
		return this == FLIP;
	}

	boolean hasSlowCoordinator() {
		return this != PENDING;
	}

	boolean defers() {
		return this != COPY;
	}

	/**
	 * The phases that can be entered from one.
	 */
	List<MigrationPhase> next(MigrationPhase phase) {
		int number = Phases.number(phase);
		return IntStream.of(number + 1, number - 1)
			.filter((other) -> other >= Phases.number(this.lowest) && other <= Phases.number(this.highest))
			.mapToObj(Phases.ALL::get)
			.toList();
	}

}
