package dev.parallelchange.migration;

import java.util.List;

/**
 * Moves plans through their phases in the background and steers them for operators.
 */
public interface MigrationRunner {

	/**
	 * Return the status of all plans.
	 * @return the statuses in the order of declaration
	 */
	List<MigrationStatus> list();

	/**
	 * Return the status of a plan, freshly read.
	 * @param planId the plan's id, in any of Spring Boot's relaxed forms
	 * @return the status
	 * @throws UnknownPlanException if there is no such plan
	 */
	MigrationStatus status(String planId);

	/**
	 * Ask for a change; it is recorded in the database and carried out by the cluster.
	 * @param planId the plan's id, in any of Spring Boot's relaxed forms
	 * @param request what is asked for
	 * @return the new status
	 * @throws UnknownPlanException if there is no such plan
	 * @throws GateClosedException if the change is refused
	 */
	MigrationStatus change(String planId, ChangeRequest request);

}
