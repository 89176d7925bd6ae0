package dev.parallelchange.migration.mirror;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;

/**
 * The foreign keys between a plan's two tables.
 */
@FunctionalInterface
public interface ForeignKeys {

	/**
	 * Return the foreign keys from target to source that would refuse a delete from the
	 * source before the mirror can follow.
	 * @param plan the plan
	 * @return for each a statement that makes it wait for the end of the transaction
	 */
	List<String> refusing(DerivedPlan plan);

}
