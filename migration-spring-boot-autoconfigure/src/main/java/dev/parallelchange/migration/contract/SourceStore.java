package dev.parallelchange.migration.contract;

import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import org.jspecify.annotations.Nullable;

/**
 * Renames and drops what a plan moves its data from, and keeps what has become of it.
 */
public interface SourceStore {

	/**
	 * Read how a plan's source is.
	 * @param plan the plan
	 * @return how it is; empty before {@code CONTRACT} has been seen
	 */
	Optional<StoredSource> read(DerivedPlan plan);

	/**
	 * Make the source what the plan's phase and the operator want, in one transaction
	 * that waits only shortly for its locks. From {@code CONTRACT} on the plan as derived
	 * is kept, and the triggers are dropped, both in that transaction; the source is
	 * hidden or shown, and in {@code COMPLETED} dropped if it is hidden. Nothing is done
	 * before all live instances have acknowledged the phase.
	 * @param plan the plan
	 * @return what has been done
	 */
	Outcome settle(DerivedPlan plan);

	/**
	 * Write the statements that would hide and drop a plan's source as it is now; changes
	 * nothing.
	 * @param plan the plan
	 * @return the statements, in order; empty if nothing would go
	 */
	List<String> preview(DerivedPlan plan);

	/**
	 * Keep the plan as derived, for the time when its source can no longer be looked at.
	 * @param plan the plan
	 */
	void record(DerivedPlan plan);

	/**
	 * What has been done.
	 *
	 * @param settled whether nothing is left to do
	 * @param changed how the source is now; {@code null} if it has not been changed
	 */
	record Outcome(boolean settled, @Nullable StoredSource changed) {

	}

}
