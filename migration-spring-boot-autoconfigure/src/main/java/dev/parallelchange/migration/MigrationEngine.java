package dev.parallelchange.migration;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A part of the library that works on plans: the runner calls it regularly, and asks it
 * for gates and for its share of a plan's status.
 */
public interface MigrationEngine {

	/**
	 * Bring the plan's world in line with its state, such as create triggers or start to
	 * copy; called about once a second, and must not block for long.
	 * @param plan the plan
	 * @param state the plan's state, just read
	 */
	default void tick(DerivedPlan plan, PlanState state) {
	}

	/**
	 * Do no work for a plan, and end what is under way; called instead of
	 * {@link #tick(DerivedPlan, PlanState)} while this instance's definition of the plan
	 * is not the one that the cluster has accepted.
	 * @param plan the plan as this instance knows it
	 * @param state the plan's state, just read
	 */
	default void suspend(DerivedPlan plan, PlanState state) {
	}

	/**
	 * Begin to measure what the gates of a plan need, without any work for it; called
	 * instead of {@link #tick(DerivedPlan, PlanState)} where a plan is only looked at.
	 * @param plan the plan
	 * @param state the plan's state, just read
	 */
	default void observe(DerivedPlan plan, PlanState state) {
	}

	/**
	 * Return the gates that this part keeps for one step.
	 * @param plan the plan
	 * @param from the phase that would be left
	 * @param to the adjacent phase that would be entered, forward or back
	 * @return the gates, freshly measured
	 */
	default List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		return List.of();
	}

	/**
	 * Add this part's figures to a plan's status.
	 * @param plan the plan
	 * @param status the status to fill in
	 */
	default void report(DerivedPlan plan, MigrationStatus.Builder status) {
	}

	/**
	 * Add to the status of a plan that could not be derived what may help.
	 * @param plan the plan as declared
	 * @param status the status to fill in
	 */
	default void reportUnderived(MigrationPlan plan, MigrationStatus.Builder status) {
	}

	/**
	 * Begin to rehearse a plan in the background.
	 * @param plan the plan
	 * @param request how much of it
	 * @return the rehearsal, when it has come to its end; empty if this part does not
	 * rehearse
	 * @throws RehearsalRefusedException if one is under way
	 */
	default Optional<CompletableFuture<Rehearsal>> rehearse(DerivedPlan plan, RehearsalRequest request) {
		return Optional.empty();
	}

	/**
	 * Return whether no work that began under an earlier epoch is still in flight in this
	 * JVM.
	 * @param planId the plan's id
	 * @param epoch the current epoch
	 * @return {@code true} if the epoch may be acknowledged
	 */
	default boolean hasDrained(String planId, long epoch) {
		return true;
	}

	/**
	 * Return whether a transaction of this JVM has written the plan's data and not ended.
	 * @param planId the plan's id
	 * @return {@code true} if the leading side must not change yet
	 */
	default boolean hasWriters(String planId) {
		return false;
	}

	/**
	 * Return whether this part has something to do for a plan whose target does not exist
	 * yet; the others are not called for it.
	 * @return {@code true} if it works for provisional plans
	 */
	default boolean worksWithoutTarget() {
		return false;
	}

	/**
	 * Return whether this part has something to do for a plan that deletes rows; the
	 * others are not called for it.
	 * @return {@code true} if it works for such plans
	 */
	default boolean worksForPurges() {
		return false;
	}

	/**
	 * Return whether this part is called for a plan.
	 * @param plan the plan
	 * @return {@code false} if the plan is provisional and this part needs a target, or
	 * deletes rows and this part has nothing to do with that
	 */
	default boolean worksFor(DerivedPlan plan) {
		return plan.isPurge() ? worksForPurges() : worksWithoutTarget() || !plan.isProvisional();
	}

	/**
	 * Begin to work again after a stop; called before the first tick that follows.
	 */
	default void start() {
	}

	/**
	 * Stop all work within seconds, leaving the database in a state to go on from.
	 */
	default void stop() {
	}

}
