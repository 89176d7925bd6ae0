package dev.parallelchange.migration.mirror;

import dev.parallelchange.migration.DerivedPlan;

/**
 * The triggers with which the database itself mirrors a plan.
 */
public interface MirrorTriggers {

	/**
	 * Return whether all triggers exist, are enabled and say what the plan says now.
	 * @param plan the plan
	 * @return {@code true} if every write is mirrored
	 */
	boolean installed(DerivedPlan plan);

	/**
	 * Return whether there is any function or trigger of the plan.
	 * @param plan the plan
	 * @return {@code true} if there is something to drop
	 */
	boolean present(DerivedPlan plan);

	/**
	 * Create all triggers or none; does nothing when the stored phase is not mirrored.
	 * @param plan the plan
	 */
	void install(DerivedPlan plan);

	/**
	 * Drop all triggers and functions; does nothing when the stored phase is mirrored.
	 * @param plan the plan
	 */
	void drop(DerivedPlan plan);

}
