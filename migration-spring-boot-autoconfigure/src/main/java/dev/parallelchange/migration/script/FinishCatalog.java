package dev.parallelchange.migration.script;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;

/**
 * Knows what a target refuses already.
 */
public interface FinishCatalog {

	/**
	 * Return whether all rows are there and have been found equal.
	 * @param plan the plan
	 * @return {@code true} if finishing touches may be added
	 */
	boolean isReady(DerivedPlan plan);

	/**
	 * Return how many statements of each touch have taken effect.
	 * @param plan the plan
	 * @param touches the touches
	 * @return the numbers, in the order of the touches
	 */
	List<Integer> done(DerivedPlan plan, List<FinishTouch> touches);

	/**
	 * Count the rows that violate a touch.
	 * @param plan the plan
	 * @param touch the touch
	 * @param limit where counting ends
	 * @return the number of rows, or of groups of equal rows
	 */
	long violations(DerivedPlan plan, FinishTouch touch, int limit);

}
