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
	 * Return when the copy ended. A transaction that deleted a row just before the copier
	 * inserted it shows neither side's end before it has ended itself.
	 * @param plan the plan
	 * @return the moment by the database's clock; {@code null} while rows are still to be
	 * copied, or a writing transaction from before that moment is open
	 */
	@Nullable Instant finishedAt(DerivedPlan plan);

}
