package dev.parallelchange.migration.script;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.ScriptObservation;
import dev.parallelchange.migration.script.review.Catalog;
import dev.parallelchange.migration.script.sql.SqlScript;

/**
 * The database that scripts run in.
 */
public interface ScriptDatabase {

	/**
	 * Return connections to look at things.
	 * @return the library's connections
	 */
	DataSource connections();

	/**
	 * Return connections to run a script: each transaction sees that the scripts are
	 * still claimed, and statements wait and run no longer than they may.
	 * @param set the scripts that are claimed
	 * @param script the script
	 * @param safety the limits
	 * @return the connections
	 */
	DataSource connections(ScriptSet set, SqlScript script, SafetySettings safety);

	/**
	 * Look whether somebody has a table that a script needs for itself.
	 * @param script the script
	 * @param age how long his transaction has been open at least
	 * @return who has it; empty if nobody does
	 */
	Optional<String> holder(SqlScript script, Duration age);

	/**
	 * Drop invalid indexes that a failed run of a script has left behind, so that they
	 * neither cost nor are taken for what the script was to build.
	 * @param set the scripts that are claimed
	 * @param script the script
	 * @param safety the limits
	 */
	void dropInvalidIndexes(ScriptSet set, SqlScript script, SafetySettings safety);

	/**
	 * Undo a script, in one transaction where its statements allow.
	 * @param set the scripts that are claimed
	 * @param undo the script that undoes it
	 * @param forget the statement that makes the library forget that it has been run
	 * @param safety the limits
	 */
	void undo(ScriptSet set, SqlScript undo, String forget, SafetySettings safety);

	/**
	 * Run scripts one after the other on empty copies of the tables that they name, and
	 * undo it.
	 * @param scripts the scripts
	 * @param safety the limits
	 * @return what each of their statements did, by the scripts' names
	 */
	Map<String, List<ScriptObservation>> observe(List<SqlScript> scripts, SafetySettings safety);

	/**
	 * Return what a review has to know.
	 * @return the tables as they are
	 */
	Catalog catalog();

}
