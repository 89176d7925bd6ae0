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
 * @param sets the scripts that are files
 * @param derived the plans whose expand scripts are derived
 */
record PlanScripts(List<ScriptSet> sets, List<MigrationPlan> derived) {

	private static final String ADD = "Add spring-boot-starter-flyway with flyway-database-postgresql, or spring-boot-starter-liquibase";

	/**
	 * Files, where there are any, win.
	 */
	static PlanScripts of(Collection<MigrationPlan> plans, ScriptFiles files) {
		List<ScriptSet> sets = plans.stream().flatMap((plan) -> files.of(plan).stream()).toList();
		plans.stream().filter((plan) -> plan.scripts().derive() && plan.isAcrossDatabases()).forEach((plan) -> {
			throw new InvalidPlanException(plan.id(), "scripts.derive", "the target is in another database",
					"Leave it out, and create the target by the migrations of that database");
		});
		return new PlanScripts(sets,
				plans.stream()
					.filter((plan) -> plan.scripts().derive() && !hasExpandScripts(sets, plan.id()))
					.toList());
	}

	boolean expand(String planId) {
		return hasExpandScripts(this.sets, planId) || derives(planId);
	}

	boolean derives(String planId) {
		return this.derived.stream().anyMatch((plan) -> plan.id().equals(planId));
	}

	private static boolean hasExpandScripts(List<ScriptSet> sets, String planId) {
		return sets.stream().anyMatch((set) -> set.planId().equals(planId) && set.phase() == MigrationPhase.EXPAND);
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
					ADD + "; or remove the scripts, and run them as you run others");
		}
		if (!this.derived.isEmpty()) {
			throw new InvalidPlanException(this.derived.get(0).id(), "scripts.derive",
					"there is neither Flyway nor Liquibase to run what is derived",
					ADD + "; or leave 'scripts.derive' out");
		}
		return NoScripts.INSTANCE;
	}

}
