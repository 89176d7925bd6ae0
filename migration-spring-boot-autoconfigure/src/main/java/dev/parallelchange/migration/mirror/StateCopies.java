package dev.parallelchange.migration.mirror;

import dev.parallelchange.migration.MigrationPlan;

/**
 * Keeps what is known of a plan's phase in the database of its target like that in the
 * main one.
 */
@FunctionalInterface
public interface StateCopies {

	/**
	 * Bring the copy up to date, where there is one.
	 * @param plan the plan
	 */
	void bringUpToDate(MigrationPlan plan);

}
