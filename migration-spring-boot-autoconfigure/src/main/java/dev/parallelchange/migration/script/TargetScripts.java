package dev.parallelchange.migration.script;

import java.util.List;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;

/**
 * Writes scripts that create what a plan's target lacks.
 */
@FunctionalInterface
public interface TargetScripts {

	/**
	 * Look at the tables and write what is missing.
	 * @param plan the plan
	 * @return the scripts, in order; empty if nothing is missing
	 * @throws InvalidPlanException if that cannot be derived from the plan and its source
	 */
	List<TargetScript> missing(MigrationPlan plan);

	/**
	 * A script that creates a part of a target.
	 *
	 * @param part what it creates
	 * @param sql its statements
	 * @param undo the statements that undo it
	 */
	record TargetScript(Part part, String sql, String undo) {

	}

	/** What a script creates. */
	enum Part {

		/** A table. */
		TABLE,

		/** Columns of a table that there is. */
		COLUMNS,

		/** An index, without which the plan works too. */
		INDEX

	}

}
