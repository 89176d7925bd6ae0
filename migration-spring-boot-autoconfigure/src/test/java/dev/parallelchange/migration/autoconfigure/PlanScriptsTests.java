package dev.parallelchange.migration.autoconfigure;

import java.util.List;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.script.PlanScript;
import dev.parallelchange.migration.script.ScriptSet;
import dev.parallelchange.migration.script.ScriptTool;
import dev.parallelchange.migration.script.flyway.FlywayScriptTool;
import dev.parallelchange.migration.script.liquibase.LiquibaseScriptTool;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which library runs the scripts.
 */
class PlanScriptsTests {

	private static final ScriptLibrary FLYWAY = new ScriptLibrary(Flyway.class, new FlywayScriptTool("migration_"));

	private static final ScriptLibrary LIQUIBASE = new ScriptLibrary(SpringLiquibase.class,
			new LiquibaseScriptTool("migration_"));

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	private final PlanScripts scripts = new PlanScripts(
			List.of(new ScriptSet("visit-date", MigrationPhase.EXPAND, List
				.of(new PlanScript("1", "", SqlScript.read("V1__a.sql", "select 1", SqlDialect.POSTGRESQL), null)))),
			List.of());

	@Test
	void whatIsOnTheClassPathRunsThem() {
		assertThat(tool(LIQUIBASE)).isSameAs(LIQUIBASE.tool());
		assertThat(tool(FLYWAY, LIQUIBASE)).isSameAs(FLYWAY.tool());
	}

	@Test
	void whatTheApplicationUsesItselfGoesFirst() {
		this.beans.addBean("liquibase", new SpringLiquibase());
		assertThat(tool(FLYWAY, LIQUIBASE)).isSameAs(LIQUIBASE.tool());
	}

	@Test
	void withoutALibraryScriptsAreRefused() {
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(this::tool)
			.withMessageContaining("there are scripts such as 'V1__a.sql', and neither Flyway nor Liquibase");
		assertThat(new PlanScripts(List.of(), List.of()).tool(List.of(), this.beans)).isNotNull();
	}

	private ScriptTool tool(ScriptLibrary... libraries) {
		return this.scripts.tool(List.of(libraries), this.beans);
	}

}
