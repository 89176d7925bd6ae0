package dev.parallelchange.migration;

/**
 * The three flags of a plan; each narrows what the plan's phase allows.
 */
public enum MigrationFlag {

	/** Off: rows are not mirrored at once, their keys become pending. */
	WRITE,

	/** Off: reads go to the source; its share is the share of reads for the target. */
	READ,

	/** Off: the copy pauses after its current chunk. */
	BACKFILL

}
