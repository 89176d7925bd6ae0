package dev.parallelchange.migration.autoconfigure;

import java.util.Collection;
import java.util.List;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.script.ScriptFiles;
import dev.parallelchange.migration.script.ScriptSet;
import dev.parallelchange.migration.script.ScriptTool;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The scripts of all plans, and the library that runs them.
 *
 * @param sets the scripts
 */
record PlanScripts(List<ScriptSet> sets) {

	static PlanScripts of(Collection<MigrationPlan> plans, ScriptFiles files) {
		return new PlanScripts(plans.stream().flatMap((plan) -> files.of(plan).stream()).toList());
	}

	boolean expand(String planId) {
		return this.sets.stream()
			.anyMatch((set) -> set.planId().equals(planId) && set.phase() == MigrationPhase.EXPAND);
	}

	/**
	 * What the application uses itself, else what there is.
	 * @throws InvalidPlanException if there are scripts and nothing to run them with
	 */
	ScriptTool tool(List<ScriptLibrary> libraries, ListableBeanFactory beans) {
		return libraries.stream()
			.filter((library) -> beans.getBeanNamesForType(library.beanType(), true, false).length > 0)
			.findFirst()
			.or(() -> libraries.stream().findFirst())
			.map(ScriptLibrary::tool)
			.orElseGet(this::none);
	}

	private ScriptTool none() {
		if (!this.sets.isEmpty()) {
			ScriptSet set = this.sets.get(0);
			throw new InvalidPlanException(set.planId(), "scripts",
					"there are scripts such as '%s', and neither Flyway nor Liquibase to run them"
						.formatted(set.scripts().get(0).name()),
					"Add spring-boot-starter-flyway with flyway-database-postgresql, or spring-boot-starter-liquibase; or remove the scripts, and run them as you run others");
		}
		return NoScripts.INSTANCE;
	}

}
