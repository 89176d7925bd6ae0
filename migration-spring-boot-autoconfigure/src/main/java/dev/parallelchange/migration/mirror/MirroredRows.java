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
	 * Return whether the thread's transaction holds the connection of the plans'
	 * database.
	 * @return {@code true} if the business has written where the mirror would write
	 */
	boolean isBoundToTransaction();

	/**
	 * Make rows equal, or change nothing at all; a failure leaves the transaction usable.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 */
	void deriveOrNothing(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys);

}
