package dev.parallelchange.migration.routing;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;

/**
 * Knows the keys whose rows on one side may be missing or old.
 */
public interface PendingReads {

	/**
	 * Return whether one of the given rows is not up to date, as the thread's transaction
	 * sees it.
	 * @param plan the plan
	 * @param side the side that would be read
	 * @param keys the keys of the rows
	 * @return {@code true} if the rows must be read on the other side
	 */
	boolean isPending(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys);

	/**
	 * Return whether any row is not up to date, as the thread's transaction sees it.
	 * @param plan the plan
	 * @param side the side that would be read
	 * @return {@code true} if a list must be read on the other side
	 */
	boolean isAnyPending(MigrationPlan plan, MigrationSide side);

	/**
	 * Let the thread's transaction, which has only begun, see everything as of one
	 * moment.
	 */
	void takeSnapshot();

}
