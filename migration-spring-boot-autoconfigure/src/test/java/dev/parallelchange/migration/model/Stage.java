package dev.parallelchange.migration.model;

/**
 * How far an instance's business transaction has come.
 */
enum Stage {

	IDLE,

	/** The phase has been looked at, nothing has been written. */
	BEGUN,

	/** The leading side has been written, its row is locked. */
	WROTE,

	/** The epoch has been read again; a lock keeps it from moving. */
	CHECKED,

	/** The mirror's statement has taken its snapshot. */
	MIRRORING,

	/** The other side has been written too. */
	MIRRORED,

	/** The process is gone. */
	DEAD

}
