package dev.parallelchange.migration;

import java.util.Collection;

/**
 * The plans of this application.
 */
public interface MigrationPlans {

	/**
	 * Return all plans.
	 * @return the plans as declared, in the order of declaration
	 */
	Collection<MigrationPlan> declared();

	/**
	 * Return a plan as declared, without asking the database.
	 * @param planId the plan's id, in any of Spring Boot's relaxed forms
	 * @return the plan
	 * @throws UnknownPlanException if there is no such plan
	 */
	MigrationPlan declared(String planId);

	/**
	 * Return a plan as derived from the database's catalogue.
	 * @param planId the plan's id, in any of Spring Boot's relaxed forms
	 * @return the derived plan
	 * @throws MigrationException if there is no such plan, or if it cannot be derived yet
	 */
	DerivedPlan derived(String planId);

}
