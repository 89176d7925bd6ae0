package dev.parallelchange.migration;

/**
 * What an operator may ask the verifier for.
 */
public enum Reconciliation {

	/** Compare all rows. */
	VERIFY,

	/** Compare all rows and repair those that differ. */
	REPAIR

}
