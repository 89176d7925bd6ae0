package dev.parallelchange.migration;

/**
 * How the two sides of a row differ.
 */
public enum DivergenceKind {

	/** The target lacks the row. */
	MISSING,

	/** The source lacks the row. */
	ORPHAN,

	/** The values differ. */
	DIFFERENT

}
