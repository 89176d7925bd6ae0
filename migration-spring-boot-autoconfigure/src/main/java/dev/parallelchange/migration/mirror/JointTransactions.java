package dev.parallelchange.migration.mirror;

/**
 * Knows how many transactions of the application have written a plan's source together
 * with whatever else they do there; from {@code CUTOVER} on they are two transactions.
 */
public interface JointTransactions {

	/**
	 * Add to the count, which begins anew whenever the plan comes to {@code BACKFILL}.
	 * @param planId the plan's id
	 * @param epoch the epoch in which they were counted
	 * @param restarts whether what was counted in an earlier epoch is forgotten
	 * @param transactions how many there were
	 */
	void add(String planId, long epoch, boolean restarts, long transactions);

	/**
	 * Return the count.
	 * @param planId the plan's id
	 * @return the transactions of all instances
	 */
	long count(String planId);

	/**
	 * Return whether somebody has approved of going on in spite of them.
	 * @param planId the plan's id
	 * @return whether {@code CUTOVER} is approved
	 */
	boolean isApproved(String planId);

}
