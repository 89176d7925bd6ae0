package dev.parallelchange.migration.verify;

import java.time.Instant;

import dev.parallelchange.migration.DerivedPlan;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a plan's copy ended, since only a pass that begins later can be clean.
 */
@FunctionalInterface
public interface CopyCompletion {

	/**
	 * Return when the copy ended.
	 * @param plan the plan
	 * @return the moment by the database's clock; {@code null} while rows are still to be
	 * copied
	 */
	@Nullable Instant finishedAt(DerivedPlan plan);

}
