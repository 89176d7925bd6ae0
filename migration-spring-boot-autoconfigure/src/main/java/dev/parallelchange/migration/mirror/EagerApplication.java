package dev.parallelchange.migration.mirror;

import dev.parallelchange.migration.DerivedPlan;

/**
 * Applies pending keys without waiting for the next tick.
 */
@FunctionalInterface
public interface EagerApplication {

	/**
	 * Apply what is due soon, on another thread. Requests that come while one waits are
	 * answered together; one that is lost is made up for by the next tick.
	 * @param plan the plan
	 */
	void applySoon(DerivedPlan plan);

}
