package dev.parallelchange.migration.jdbc.mirror;

import java.util.Collection;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.verify.Comparison;
import dev.parallelchange.migration.verify.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows of both sides of a plan in the thread's transaction.
 */
public interface RowComparison {

	/**
	 * Find the last key of the next chunk; empty if the chunk is the last.
	 */
	Optional<RowKey> upper(@Nullable RowKey lower, int rows);

	Comparison compare(KeyRange range);

	Comparison compare(Collection<RowKey> keys);

	Comparison compareKeys(KeyRange range);

	/**
	 * Return the comparison of a plan whose rows may travel.
	 */
	static RowComparison of(PlanDatabases databases, DerivedPlan plan) {
		return plan.rowsTravel() ? new AcrossComparison(databases, plan) : new JdbcComparison(databases.main(), plan);
	}

}
