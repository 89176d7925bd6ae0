package dev.parallelchange.migration;

import java.util.List;
import java.util.concurrent.CompletableFuture;

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

	/**
	 * Begin to rehearse a plan in the background of this instance: what its copy would
	 * meet is tried in temporary tables. The report is in the status of all instances,
	 * once there is one.
	 * @param planId the plan's id, in any of Spring Boot's relaxed forms
	 * @param request how much of it
	 * @return the rehearsal, when it has come to its end
	 * @throws UnknownPlanException if there is no such plan
	 * @throws RehearsalRefusedException if the plan cannot be rehearsed now
	 */
	default CompletableFuture<Rehearsal> rehearse(String planId, RehearsalRequest request) {
		throw new UnsupportedOperationException(getClass().getName() + " does not rehearse plans");
	}

}
