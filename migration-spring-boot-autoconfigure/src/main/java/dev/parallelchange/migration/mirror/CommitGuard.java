package dev.parallelchange.migration.mirror;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;

/**
 * Keeps a transaction that the cluster has gone past, such as one of a JVM that was
 * stopped for a while, from committing.
 */
@FunctionalInterface
public interface CommitGuard {

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

}
