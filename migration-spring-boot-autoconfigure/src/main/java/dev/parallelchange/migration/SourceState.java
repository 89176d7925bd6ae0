package dev.parallelchange.migration;

/**
 * Whether a plan's source can be found under its name.
 */
public enum SourceState {

	/** It has its name. */
	SHOWN,

	/** It has been renamed away, and can be had back at once. */
	HIDDEN,

	/** It is gone. */
	DROPPED

}
