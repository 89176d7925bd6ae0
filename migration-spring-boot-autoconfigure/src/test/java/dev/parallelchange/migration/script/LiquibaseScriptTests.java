package dev.parallelchange.migration.script;

import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.script.liquibase.LiquibaseScriptTool;

/**
 * Scripts that Liquibase runs.
 */
class LiquibaseScriptTests extends ScriptContract {

	@Override
	ScriptTool tool() {
		return new LiquibaseScriptTool(MigrationTables.DEFAULT_PREFIX);
	}

}
