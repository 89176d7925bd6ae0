package dev.parallelchange.migration;

/**
 * How the application changes from the source to the target.
 */
public enum SwitchKind {

	/** A release whose configuration says {@code uses: target}. */
	RELEASE,

	/** Repository proxies that choose a side per transaction. */
	REPOSITORY

}
