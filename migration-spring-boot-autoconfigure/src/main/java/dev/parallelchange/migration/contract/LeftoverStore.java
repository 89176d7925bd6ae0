package dev.parallelchange.migration.contract;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Leftover;

/**
 * Finds what of a completed plan is still in the database.
 */
public interface LeftoverStore {

	/**
	 * Look for tables, columns, functions, settings of live instances and the library's
	 * own rows.
	 * @param plan the plan
	 * @return what is still there
	 */
	List<Leftover> find(DerivedPlan plan);

}
