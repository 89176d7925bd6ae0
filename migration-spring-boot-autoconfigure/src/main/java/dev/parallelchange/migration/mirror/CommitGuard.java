package dev.parallelchange.migration.mirror;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a transaction that the cluster has gone past, such as one of a JVM that was
 * stopped for a while, from committing.
 *
 * @param <R> the rows that can be written together with its check
 */
@FunctionalInterface
public interface CommitGuard<R extends MirroredRows> {

	/**
	 * Check, with the last statements of the thread's transaction, that its writes may
	 * still be committed, and let the leading side not change before it has ended.
	 * @param plan the plan
	 * @param leading the side that led when the transaction wrote
	 * @param epoch the epoch in which it decided so
	 * @throws dev.parallelchange.migration.PhaseUncertainException if the transaction
	 * must be tried again
	 */
	void check(DerivedPlan plan, MigrationSide leading, long epoch);

	/**
	 * Check, and then make rows of the other side equal or change nothing at all; both in
	 * one round trip where that is possible.
	 * @param plan the plan
	 * @param leading the side that led when the transaction wrote
	 * @param epoch the epoch in which it decided so
	 * @param rows writes the other side
	 * @param keys the keys of the rows
	 * @return why nothing has been changed; {@code null} if the rows are equal
	 * @throws dev.parallelchange.migration.PhaseUncertainException if the transaction
	 * must be tried again
	 */
	default @Nullable RuntimeException checkAndMirror(DerivedPlan plan, MigrationSide leading, long epoch, R rows,
			Collection<RowKey> keys) {
		check(plan, leading, epoch);
		try {
			rows.deriveOrNothing(plan, leading.other(), keys);
			return null;
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

}
