package dev.parallelchange.migration.rehearse;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalRequest;

/**
 * Tries what a plan will do, without a trace.
 */
@FunctionalInterface
public interface Rehearser {

	/**
	 * Rehearse a plan.
	 * @param plan the plan
	 * @param request how many of its rows
	 * @return what was found
	 */
	Rehearsal rehearse(DerivedPlan plan, RehearsalRequest request);

}
