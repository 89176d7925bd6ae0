package dev.parallelchange.migration.script.flyway;

import java.io.Reader;
import java.io.StringReader;

import dev.parallelchange.migration.script.PlanScript;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * A script as Flyway knows it.
 */
final class ScriptResource extends LoadableResource {

	private final PlanScript script;

	ScriptResource(PlanScript script) {
		this.script = script;
	}

	@Override
	public Reader read() {
		return new StringReader(this.script.sql().text());
	}

	@Override
	public String getAbsolutePath() {
		return this.script.name();
	}

	@Override
	public String getAbsolutePathOnDisk() {
		return this.script.name();
	}

	@Override
	public String getFilename() {
		return this.script.name();
	}

	@Override
	public String getRelativePath() {
		return this.script.name();
	}

}
