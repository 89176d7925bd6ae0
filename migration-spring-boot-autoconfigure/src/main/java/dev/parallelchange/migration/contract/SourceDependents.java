package dev.parallelchange.migration.contract;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;

/**
 * Finds what would break, or vanish along with it, when a plan's source goes.
 */
public interface SourceDependents {

	/**
	 * Look for what depends on the source's table or columns, under their own or their
	 * hidden names.
	 * @param plan the plan
	 * @return a statement for each, that ends the dependence
	 */
	List<String> find(DerivedPlan plan);

	/**
	 * Return what goes where the source table stays.
	 * @param plan the plan
	 * @return the columns' names; empty if the table goes, or nothing
	 */
	List<String> columns(DerivedPlan plan);

	/**
	 * Count source rows that the plan's filter leaves out, and that would be lost with
	 * the source; up to a limit.
	 * @param plan the plan
	 * @return the number, and a query that shows them
	 */
	UnmovedRows unmovedRows(DerivedPlan plan);

	/**
	 * Rows that have not been moved.
	 *
	 * @param count how many
	 * @param query a query that shows them
	 */
	record UnmovedRows(long count, String query) {

		/** The number above which nobody counts. */
		public static final int LIMIT = 1000;

	}

}
