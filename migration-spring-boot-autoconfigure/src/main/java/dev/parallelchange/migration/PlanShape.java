package dev.parallelchange.migration;

/**
 * How the two sides of a plan relate to each other.
 */
public enum PlanShape {

	/** The target is a set of columns of the source's own table. */
	COLUMN,

	/** The target is another table that replaces the source. */
	MOVED_TABLE,

	/** The target is another table that takes some columns; the source's rows stay. */
	SPLIT,

	/** There is no target: rows of the source are deleted. */
	PURGE;

}
