package dev.parallelchange.migration;

/**
 * The plans as derived from the database's catalogue.
 */
@FunctionalInterface
public interface DerivedPlans {

	/**
	 * Return a plan as derived; the database is asked the first time only.
	 * @param plan the plan as declared
	 * @return the derived plan
	 * @throws InvalidPlanException if the plan cannot work as declared
	 * @throws PhaseUncertainException if it cannot be derived at the moment
	 */
	DerivedPlan get(MigrationPlan plan);

	/**
	 * Return a plan as derived, anew if its tables have changed since.
	 * @param plan the plan as declared
	 * @return the derived plan
	 * @throws InvalidPlanException if the plan cannot work with its tables as they are
	 * @throws PhaseUncertainException if it cannot be derived at the moment
	 */
	default DerivedPlan refresh(MigrationPlan plan) {
		return get(plan);
	}

}
