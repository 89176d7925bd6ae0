package dev.parallelchange.migration;

/**
 * What becomes of the source when a plan no longer needs it.
 */
public enum SourceRemoval {

	/**
	 * It is hidden in {@link MigrationPhase#CONTRACT} and dropped for
	 * {@link MigrationPhase#COMPLETED}.
	 */
	DROP,

	/** It is left alone; the team removes it. */
	KEEP

}
