package dev.parallelchange.migration.mirror;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * Rows and what keeps their transactions from committing, which know each other where
 * they do their work in one round trip.
 *
 * @param <R> the type of the rows
 * @param rows writes the other side
 * @param guard keeps transactions from committing that the cluster has gone past
 */
record GuardedRows<R extends MirroredRows>(R rows, CommitGuard<? super R> guard) {

	void check(DerivedPlan plan, MigrationSide leading, long epoch) {
		this.guard.check(plan, leading, epoch);
	}

	@Nullable RuntimeException checkAndMirror(DerivedPlan plan, MigrationSide leading, long epoch, Collection<RowKey> keys) {
		return this.guard.checkAndMirror(plan, leading, epoch, this.rows, keys);
	}

}
