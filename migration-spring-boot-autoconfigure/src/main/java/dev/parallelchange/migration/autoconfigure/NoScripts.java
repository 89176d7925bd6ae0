package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import dev.parallelchange.migration.script.PlanScript;
import dev.parallelchange.migration.script.ScriptSet;
import dev.parallelchange.migration.script.ScriptTool;

/**
 * Stands for a library where there are no scripts.
 */
enum NoScripts implements ScriptTool {

	INSTANCE;

	@Override
	public History history(ScriptSet set, DataSource dataSource) {
		return new History(Set.of(), List.of());
	}

	@Override
	public void run(ScriptSet set, PlanScript script, DataSource dataSource) {
		throw new IllegalStateException("There is nothing to run scripts with");
	}

	@Override
	public String forget(ScriptSet set, PlanScript script) {
		throw new IllegalStateException("There is nothing to run scripts with");
	}

}
