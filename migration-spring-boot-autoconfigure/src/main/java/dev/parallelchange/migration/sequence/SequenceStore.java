package dev.parallelchange.migration.sequence;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;

/**
 * Reads and sets the sequences of a plan's sides.
 */
public interface SequenceStore {

	/**
	 * Read the sequences that the sides take keys and other mapped values from.
	 * @param plan the plan
	 * @param phase the plan's phase
	 * @return a pair for each column of which a side takes values from a sequence
	 */
	List<SequencePair> read(DerivedPlan plan, MigrationPhase phase);

	/**
	 * Move sequences until something holds; only forward, and never beside another
	 * instance.
	 * @param plan the plan
	 * @param phase the plan's phase
	 * @param need what has to hold
	 */
	void move(DerivedPlan plan, MigrationPhase phase, SequenceNeed need);

}
