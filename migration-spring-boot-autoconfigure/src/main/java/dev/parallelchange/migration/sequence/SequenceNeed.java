package dev.parallelchange.migration.sequence;

import dev.parallelchange.migration.MigrationPhase;

/**
 * What has to hold of two sequences.
 */
public enum SequenceNeed {

	/** They do not meet soon: both sides may make keys. */
	APART,

	/** Apart, and the source's is the one above: it will go on alone. */
	SOURCE_AHEAD,

	/** Apart, and the target's is the one above: it will go on alone. */
	TARGET_AHEAD;

	/**
	 * Return what the runner cares for in a phase, so that the steps out of it are open.
	 * @param phase a phase in which rows are mirrored
	 * @return the need
	 */
	public static SequenceNeed in(MigrationPhase phase) {
		return switch (phase) {
			case DUAL_READ -> APART;
			case CUTOVER -> TARGET_AHEAD;
			default -> SOURCE_AHEAD;
		};
	}

}
