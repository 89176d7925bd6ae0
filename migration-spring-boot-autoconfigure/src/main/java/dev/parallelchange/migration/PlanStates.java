package dev.parallelchange.migration;

/**
 * The last known states of the plans, for decisions on the path of a read or write.
 */
@FunctionalInterface
public interface PlanStates {

	/**
	 * Return a plan's last known state without asking the database.
	 * @param planId the plan's id
	 * @return the state; the initial one before the first poll
	 */
	PlanState current(String planId);

	/**
	 * Return whether the states may be relied on: while this instance holds its lease,
	 * the cluster is at most one phase ahead of them.
	 * @return {@code false} before the first poll, and when the lease has not been
	 * renewed in time
	 */
	default boolean isCurrent() {
		return true;
	}

}
