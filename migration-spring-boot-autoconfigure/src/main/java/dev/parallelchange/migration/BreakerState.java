package dev.parallelchange.migration;

/**
 * Whether this instance's proxies mirror in the business transaction.
 */
public enum BreakerState {

	/** Rows are mirrored in the transaction that writes them. */
	CLOSED,

	/** Mirroring has failed again and again; keys become pending without a try. */
	OPEN

}
