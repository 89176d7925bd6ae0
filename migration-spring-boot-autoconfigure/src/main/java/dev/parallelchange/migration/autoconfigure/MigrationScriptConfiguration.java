package dev.parallelchange.migration.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.script.JdbcFinishCatalog;
import dev.parallelchange.migration.jdbc.script.JdbcScriptDatabase;
import dev.parallelchange.migration.jdbc.script.JdbcScriptStore;
import dev.parallelchange.migration.script.DerivedScripts;
import dev.parallelchange.migration.script.FinishEngine;
import dev.parallelchange.migration.script.ScriptEngine;
import dev.parallelchange.migration.script.ScriptFiles;
import dev.parallelchange.migration.script.ScriptSource;
import dev.parallelchange.migration.script.ScriptTool;
import dev.parallelchange.migration.script.flyway.FlywayScriptTool;
import dev.parallelchange.migration.script.liquibase.LiquibaseScriptTool;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Runs the plans' own scripts by what the application has for it.
 */
@Configuration(proxyBeanMethods = false)
class MigrationScriptConfiguration {

	@Bean
	PlanScripts migrationPlanScripts(MigrationPlans plans, ApplicationContext context) {
		return PlanScripts.of(plans.all(), new ScriptFiles(context));
	}

	@Bean
	ScriptEngine migrationScriptEngine(PlanScripts scripts, MigrationDatabase database, PlanDeriver deriver,
			ObjectProvider<ScriptLibrary> libraries, ApplicationContext context, MigrationListeners listeners) {
		UUID holder = UUID.randomUUID();
		ScriptTool tool = scripts.tool(libraries.orderedStream().toList(), context);
		JdbcScriptStore store = new JdbcScriptStore(database, holder);
		JdbcScriptDatabase connections = new JdbcScriptDatabase(database, holder);
		List<ScriptSource> sources = new ArrayList<>(scripts.sets());
		scripts.derived().forEach((plan) -> sources.add(new DerivedScripts(plan, deriver, tool, store, connections)));
		return new ScriptEngine(sources, tool, store, connections, deriver, listeners);
	}

	@Bean
	FinishEngine migrationFinishEngine(MigrationDatabase database, MigrationListeners listeners) {
		UUID holder = UUID.randomUUID();
		return new FinishEngine(new JdbcFinishCatalog(database), new JdbcScriptStore(database, holder),
				new JdbcScriptDatabase(database, holder), listeners);
	}

	/**
	 * Flyway, which is used unless the application uses Liquibase alone.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Flyway.class)
	static class FlywayConfiguration {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		ScriptLibrary migrationFlywayScripts(MigrationDatabase database) {
			return new ScriptLibrary(Flyway.class, new FlywayScriptTool(database.tables().prefix()));
		}

	}

	/**
	 * Liquibase.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SpringLiquibase.class)
	static class LiquibaseConfiguration {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		ScriptLibrary migrationLiquibaseScripts(MigrationDatabase database) {
			return new ScriptLibrary(SpringLiquibase.class, new LiquibaseScriptTool(database.tables().prefix()));
		}

	}

}
