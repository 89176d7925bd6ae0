package dev.parallelchange.migration.script;

import dev.parallelchange.migration.MigrationPhase;

/**
 * Where a plan's scripts come from: files, or what the plan's target lacks.
 */
public sealed interface ScriptSource permits ScriptSet, DerivedScripts {

	/**
	 * Return whose scripts these are.
	 * @return the plan's id
	 */
	String planId();

	/**
	 * Return what is known without a look at the database.
	 * @return the scripts
	 */
	ScriptSet known();

	/**
	 * Return the scripts as they are now.
	 * @param phase the phase that the plan is in
	 * @return the scripts
	 */
	ScriptSet read(MigrationPhase phase);

}
