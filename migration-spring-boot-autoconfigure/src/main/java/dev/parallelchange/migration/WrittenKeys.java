package dev.parallelchange.migration;

import java.util.Collection;

/**
 * Takes the keys of rows that a business transaction has written through a proxy, to
 * mirror them just before its commit.
 */
public interface WrittenKeys {

	/**
	 * Record keys in the thread's transaction.
	 * @param plan the plan
	 * @param epoch the epoch in which the transaction decided which side leads
	 * @param written the side that the business has written; the mirror writes the other
	 * @param deferred whether the keys become pending instead of being mirrored at once
	 * @param keys the keys
	 * @throws IllegalStateException if there is no transaction
	 */
	void record(DerivedPlan plan, long epoch, MigrationSide written, boolean deferred, Collection<RowKey> keys);

	/**
	 * Count the thread's transaction as one of the caller's that writes a plan's source,
	 * although it could not write the target as well.
	 * @param plan the plan
	 * @param epoch the epoch in which the transaction decided which side leads
	 */
	default void joined(DerivedPlan plan, long epoch) {
	}

	/**
	 * Record keys of rows that have been written without the mirror although it may have
	 * been on, in a transaction of its own.
	 * @param plan the plan
	 * @param written the side that the business has written
	 * @param keys the keys
	 */
	void recordLate(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys);

}
