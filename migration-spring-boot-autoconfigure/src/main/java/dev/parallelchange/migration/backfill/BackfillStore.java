package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.OptionalLong;

import dev.parallelchange.migration.DerivedPlan;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the progress of copies in the database and copies chunks there; each method is
 * one or more short transactions of its own.
 */
public interface BackfillStore {

	/**
	 * Forget a copy, so that the next one begins with the first row; rows that have been
	 * copied stay.
	 * @param planId the plan's id
	 */
	void reset(String planId);

	/**
	 * Begin a copy unless one by this definition has begun since the mirror was last off;
	 * does nothing while the plan is in another phase or has another definition.
	 * @param plan the plan
	 */
	void begin(DerivedPlan plan);

	/**
	 * Return the mean size of a plan's source rows.
	 * @param plan the plan
	 * @return the size in bytes, with what is stored aside of the row; 0 if there are no
	 * rows, and empty if no copy has begun
	 */
	OptionalLong rowBytes(DerivedPlan plan);

	/**
	 * Mark out the next chunk behind the last one, unless enough are open already to keep
	 * all workers of the cluster busy for a while.
	 * @param plan the plan
	 * @param rows the number of rows that it should have
	 * @return what came of it
	 */
	CopyStep walk(DerivedPlan plan, int rows);

	/**
	 * Let the space of replaced rows be used again, if they are many.
	 * @param plan the plan
	 * @param rewritten the number of rows that have been marked out since it was last
	 * done
	 * @return whether it has been done, or tried
	 */
	boolean vacuum(DerivedPlan plan, long rewritten);

	/**
	 * Copy the oldest open chunk that nobody else copies.
	 * @param plan the plan
	 * @return what came of it
	 * @throws ChunkFailedException if the chunk could not be copied; it is open still
	 */
	CopyStep copyNext(DerivedPlan plan);

	/**
	 * Copy the oldest open chunk that nobody else copies.
	 * @param plan the plan
	 * @param claimed is told, perhaps more than once, when there is one
	 * @return what came of it
	 * @throws ChunkFailedException if the chunk could not be copied; it is open still
	 */
	default CopyStep copyNext(DerivedPlan plan, Runnable claimed) {
		return copyNext(plan);
	}

	/**
	 * Finish the copy if its end has been reached and no chunk is open.
	 * @param plan the plan
	 * @return whether the copy is finished
	 */
	boolean finish(DerivedPlan plan);

	/**
	 * Have the rows of a purge counted once more, and the plan forget that somebody asked
	 * for it.
	 * @param planId the plan's id
	 */
	void recount(String planId);

	/**
	 * Have a chunk tried again later, unless it has been copied after all.
	 * @param chunk the chunk
	 * @param error what went wrong
	 * @param delay the time until then
	 */
	void retryLater(Chunk chunk, String error, Duration delay);

	/**
	 * Come closer to the rows that a chunk fails on: split it, or put its only row into
	 * quarantine.
	 * @param plan the plan
	 * @param chunk the chunk
	 * @param error what went wrong
	 * @param quarantine whether a single row goes into quarantine
	 * @return what came of it
	 */
	Isolation isolate(DerivedPlan plan, Chunk chunk, String error, boolean quarantine);

	/**
	 * Pause a plan's copy in the whole cluster; its open chunks start to count their
	 * attempts anew.
	 * @param planId the plan's id
	 * @param reason why
	 */
	void pause(String planId, String reason);

	/**
	 * Pause a plan's copy if it has run for too long without its rows being found equal.
	 * @param plan the plan
	 * @param limit how long it may run
	 * @param reason why it pauses
	 * @return whether it has been paused just now
	 */
	boolean pauseAfter(DerivedPlan plan, Duration limit, String reason);

	/**
	 * Return how far a copy is.
	 * @param plan the plan
	 * @return the progress; {@code null} if no copy has begun since the mirror was last
	 * off
	 */
	@Nullable BackfillProgress progress(DerivedPlan plan);

	/**
	 * Cancel the statements that copy a plan's rows in this JVM.
	 * @param planId the plan's id
	 */
	void cancel(String planId);

}
