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

}
