package dev.parallelchange.migration.mirror;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;

/**
 * Writes rows in the business transaction's own connection.
 */
public interface MirroredRows {

	/**
	 * Return whether the thread's transaction holds a connection of a side's database.
	 * @param plan the plan
	 * @param written the side that the business has written
	 * @return {@code true} if what is done for the plan commits with it
	 */
	boolean isBoundToTransaction(DerivedPlan plan, MigrationSide written);

	/**
	 * Return whether a transaction that has written something is open on the thread's
	 * connection of a side's database.
	 * @param plan the plan
	 * @param written the side that the business has written
	 * @return {@code false} if it has been rolled back
	 */
	boolean hasOpenWrites(DerivedPlan plan, MigrationSide written);

	/**
	 * Let the thread's transaction on a side's database fail from now on, its commit
	 * included.
	 * @param plan the plan
	 * @param written the side that the business has written
	 */
	void preventCommit(DerivedPlan plan, MigrationSide written);

	/**
	 * Make rows equal, or change nothing at all; a failure leaves the transaction usable.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 */
	void deriveOrNothing(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys);

}
