package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * The last known states of the plans, for decisions on the path of a read or write.
 */
@FunctionalInterface
public interface PlanStates {

	/**
	 * Return a plan's last known state without asking the database.
	 * @param planId the plan's id
	 * @return the state; the initial one before the first poll
	 */
	PlanState current(String planId);

	/**
	 * Return whether the states may be relied on: while this instance holds its lease,
	 * the cluster is at most one phase ahead of them.
	 * @return {@code false} before the first poll, and when the lease has not been
	 * renewed in time
	 */
	default boolean isCurrent() {
		return true;
	}

	/**
	 * Return whether the states could be relied on without a gap since a moment: no lease
	 * has ended in between.
	 * @param nanos the moment, as {@link System#nanoTime()} counts
	 * @return {@code false} if the cluster may have gone on without this instance
	 */
	default boolean isCurrentSince(long nanos) {
		return isCurrent();
	}

	/**
	 * Return when the writers of a plan have to wait.
	 * @param planId the plan's id
	 * @return the fence; {@code null} if none has been announced
	 */
	default @Nullable WriteFence fence(String planId) {
		return null;
	}

}
