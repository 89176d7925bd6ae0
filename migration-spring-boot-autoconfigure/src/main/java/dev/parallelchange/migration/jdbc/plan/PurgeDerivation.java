package dev.parallelchange.migration.jdbc.plan;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.jdbc.PurgeCondition;
import dev.parallelchange.migration.jdbc.TablesHash;

/**
 * Derives plans that delete rows: the table, its key, and whether the condition says
 * which rows.
 */
final class PurgeDerivation {

	private static final String WHICH = "select true as value from %s as source where %s";

	private final ExpressionCompiler compiler;

	private final TablesHash hash;

	private final JdbcCatalog catalog;

	PurgeDerivation(ExpressionCompiler compiler, TablesHash hash, JdbcCatalog catalog) {
		this.compiler = compiler;
		this.hash = hash;
		this.catalog = catalog;
	}

	DerivedPlan derive(MigrationPlan plan, boolean behindRepository) {
		check(plan, behindRepository);
		PlanTables tables = new PlanTables(this.catalog, this.catalog);
		JdbcCatalog.Table table = tables.findSource(plan);
		String tablesHash = this.hash.current(plan);
		MigrationTable source = tables.source(plan, table);
		Map<String, String> columns = columns(plan, source, table);
		PlanDefinition definition = new DefinitionParts(source, source)
			.kinds(PlanShape.PURGE, MirrorKind.TRIGGERS, SwitchKind.REPOSITORY)
			.expressions(plan, List.of(), List.of())
			.lookups(List.of(), columns)
			.searchPath(this.catalog.searchPath())
			.build();
		return new DerivedPlan(plan, PlanShape.PURGE, source, source, List.of(), List.of(),
				"what has been deleted is in backups only", MirrorKind.TRIGGERS, SwitchKind.REPOSITORY, definition,
				tablesHash);
	}

	private static void check(MigrationPlan plan, boolean behindRepository) {
		if (behindRepository) {
			throw new InvalidPlanException(plan.id(), "purge",
					"a repository is annotated with this plan, which has no target to read or write",
					"Remove the annotation, or name the plan that moves the repository's data");
		}
		if (plan.source().dataSource() != null) {
			throw new InvalidPlanException(plan.id(), "source.data-source",
					"'%s' is stated, but rows are deleted in the database of the plans' own DataSource only"
						.formatted(plan.source().dataSource()),
					"Leave it out, and mark the DataSource of the table with @MigrationDataSource");
		}
		PurgeCondition.of(plan).check(plan.id());
	}

	/**
	 * The columns that the condition reads, with their types.
	 */
	private Map<String, String> columns(MigrationPlan plan, MigrationTable source, JdbcCatalog.Table table) {
		PurgeCondition condition = PurgeCondition.of(plan);
		Map<String, String> columns = new TreeMap<>(this.compiler.compile(plan, "purge", condition.text(),
				WHICH.formatted(source.sql(), condition.at(PurgeCondition.ANY_MOMENT)), List.of(table.oid())));
		if (columns.isEmpty()) {
			throw new InvalidPlanException(plan.id(), "purge",
					"'%s' reads no column, so that it holds for all rows or for none".formatted(condition.text()),
					"State which rows are deleted; to delete all of them, use truncate");
		}
		return columns;
	}

}
