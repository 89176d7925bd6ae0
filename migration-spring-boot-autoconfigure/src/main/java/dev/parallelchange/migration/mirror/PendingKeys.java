package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RefusedRow;
import dev.parallelchange.migration.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * Keys whose mirror write has not been confirmed, and rows that cannot be written.
 */
public interface PendingKeys {

	/**
	 * Append keys in the thread's transaction.
	 * @param plan the plan
	 * @param side the side that must be derived again
	 * @param keys the keys
	 * @param error why they could not be mirrored; {@code null} if they were deferred
	 */
	void append(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys, @Nullable String error);

	/**
	 * Append keys in a transaction of its own.
	 * @param plan the plan
	 * @param side the side that must be derived again
	 * @param keys the keys
	 */
	void appendApart(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys);

	/**
	 * Apply the entries that are due, as many as fit into one transaction of its own.
	 * @param plan the plan
	 * @param side the side that is derived
	 * @return what has become of them
	 */
	Batch apply(DerivedPlan plan, MigrationSide side);

	/**
	 * Apply the entries of one key in a transaction of its own.
	 * @param plan the plan
	 * @param side the side that is derived
	 * @param key the key
	 * @return what has become of it
	 */
	Batch apply(DerivedPlan plan, MigrationSide side, RowKey key);

	/**
	 * Remove the due entries of the leading side whose rows are equal: what they stand
	 * for was rolled back, or was mirrored before the plan moved on. Within one database
	 * such entries are applied, so there is nothing to do.
	 * @param plan the plan
	 * @param leading the side that leads
	 */
	default void removeEqual(DerivedPlan plan, MigrationSide leading) {
	}

	/**
	 * Return keys of which an entry is due, oldest first.
	 * @param plan the plan
	 * @param side the side that is derived
	 * @return some of them
	 */
	List<RowKey> due(DerivedPlan plan, MigrationSide side);

	/**
	 * Try a key again later, or put it aside if it has failed too often.
	 * @param plan the plan
	 * @param side the side that could not be derived
	 * @param key the key
	 * @param error what went wrong
	 * @return whether the key has been put aside
	 */
	boolean postpone(DerivedPlan plan, MigrationSide side, RowKey key, String error);

	/**
	 * Return rows that have been put aside, in any order.
	 * @param plan the plan
	 * @param side the side that could not be written
	 * @return some of their keys
	 */
	List<RowKey> quarantined(DerivedPlan plan, MigrationSide side);

	/**
	 * Derive a row that has been put aside in a transaction of its own, and release it.
	 * @param plan the plan
	 * @param side the side that is derived
	 * @param key the key
	 */
	void release(DerivedPlan plan, MigrationSide side, RowKey key);

	/**
	 * Return rows that wait and have been refused.
	 * @param plan the plan
	 * @return those that were refused last, some of them
	 */
	List<RefusedRow> refused(DerivedPlan plan);

	/**
	 * Count what is pending.
	 * @param plan the plan
	 * @return the figures
	 */
	Figures figures(DerivedPlan plan);

	/**
	 * What a batch has done.
	 *
	 * @param applied the number of keys that are no longer pending
	 * @param more whether another batch may find more to do at once
	 */
	record Batch(int applied, boolean more) {

	}

	/**
	 * What is pending.
	 *
	 * @param toTarget the keys that the target waits for
	 * @param toSource the keys that the source waits for
	 * @param oldestToTarget the age of the oldest key that the target waits for
	 * @param oldest the age of the oldest key
	 * @param lastError the latest error
	 * @param quarantined the number of rows that have been put aside
	 */
	record Figures(long toTarget, long toSource, Optional<Duration> oldestToTarget, Optional<Duration> oldest,
			@Nullable String lastError, long quarantined) {

	}

}
