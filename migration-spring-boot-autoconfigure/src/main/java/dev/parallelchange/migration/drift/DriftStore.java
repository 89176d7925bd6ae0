package dev.parallelchange.migration.drift;

import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;

/**
 * Describes the tables of plans, and keeps how they were.
 */
public interface DriftStore {

	/**
	 * Look at a plan's tables.
	 * @param plan the plan
	 * @return how they are
	 */
	TableState look(DerivedPlan plan);

	/**
	 * Read what is known.
	 * @param planId the plan's id
	 * @return what was recorded in this run; empty if nothing was
	 */
	Optional<StoredDrift> read(String planId);

	/**
	 * Record how the tables are at the beginning of a run; what an earlier run has
	 * recorded is forgotten. Does nothing while the plan is not mirrored, or if another
	 * instance was faster.
	 * @param plan the plan
	 * @param state how they are
	 */
	void record(DerivedPlan plan, TableState state);

	/**
	 * Keep how the tables are now.
	 * @param plan the plan
	 * @param before how they were when that was last kept
	 * @param state how they are
	 * @return whether this instance is the first to keep it
	 */
	boolean saw(DerivedPlan plan, TableState before, TableState state);

}
