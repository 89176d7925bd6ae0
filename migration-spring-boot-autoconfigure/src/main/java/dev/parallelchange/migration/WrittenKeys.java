package dev.parallelchange.migration;

import java.util.Collection;

/**
 * Takes the keys of rows that a business transaction has written through a proxy, to
 * mirror them just before its commit.
 */
@FunctionalInterface
public interface WrittenKeys {

	/**
	 * Record keys in the thread's transaction.
	 * @param plan the plan
	 * @param written the side that the business has written; the mirror writes the other
	 * @param deferred whether the keys become pending instead of being mirrored at once
	 * @param keys the keys
	 * @throws IllegalStateException if there is no transaction
	 */
	void record(DerivedPlan plan, MigrationSide written, boolean deferred, Collection<RowKey> keys);

}
