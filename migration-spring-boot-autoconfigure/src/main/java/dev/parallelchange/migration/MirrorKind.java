package dev.parallelchange.migration;

/**
 * Who writes the other side of a written row.
 */
public enum MirrorKind {

	/** Generated triggers, which see every writer. */
	TRIGGERS,

	/** Proxies around annotated repositories, which see calls through them. */
	PROXIES

}
