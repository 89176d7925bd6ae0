package dev.parallelchange.migration.script;

import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

/**
 * A library of the application that runs scripts, and remembers which it has run.
 */
public interface ScriptTool {

	/**
	 * Look at what has been run; changes nothing.
	 * @param set the scripts
	 * @param dataSource the database
	 * @return what has been run
	 */
	History history(ScriptSet set, DataSource dataSource);

	/**
	 * Run one script; those before it have been run.
	 * @param set the scripts that it is one of
	 * @param script the script
	 * @param dataSource the database; its connections have limits
	 */
	void run(ScriptSet set, PlanScript script, DataSource dataSource);

	/**
	 * Return what makes the library forget that a script has been run.
	 * @param set the scripts that it is one of
	 * @param script the script
	 * @return a statement for the transaction in which the script is undone
	 */
	String forget(ScriptSet set, PlanScript script);

	/**
	 * What has been run.
	 *
	 * @param applied the versions that have been run
	 * @param changed the names of scripts whose text is another one than when they were
	 * run
	 */
	record History(Set<String> applied, List<String> changed) {

		public History {
			applied = Set.copyOf(applied);
			changed = List.copyOf(changed);
		}

	}

}
