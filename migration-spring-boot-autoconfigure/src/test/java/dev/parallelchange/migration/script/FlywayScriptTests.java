package dev.parallelchange.migration.script;

import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.script.flyway.FlywayScriptTool;

/**
 * Scripts that Flyway runs.
 */
class FlywayScriptTests extends ScriptContract {

	@Override
	ScriptTool tool() {
		return new FlywayScriptTool(MigrationTables.DEFAULT_PREFIX);
	}

}
