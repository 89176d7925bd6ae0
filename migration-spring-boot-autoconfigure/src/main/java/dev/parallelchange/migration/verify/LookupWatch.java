package dev.parallelchange.migration.verify;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;

/**
 * Notices that tables have been written which a plan's mapping looks up.
 */
@FunctionalInterface
public interface LookupWatch {

	/**
	 * Look whether the tables have been written since any instance looked last, and
	 * record it.
	 * @param plan the plan
	 * @return the tables that were written, for the instance that has recorded it
	 */
	List<String> look(DerivedPlan plan);

}
