package dev.parallelchange.migration.jdbc.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.SqlExpression;
import dev.parallelchange.migration.script.TargetScripts.Part;
import dev.parallelchange.migration.script.TargetScripts.TargetScript;
import org.jspecify.annotations.Nullable;

/**
 * Writes the scripts that create what a plan's target lacks, by the plan and the source's
 * columns.
 */
final class TargetDerivation {

	private static final String SEPARATOR = ",\n\t";

	private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");

	private final MigrationPlan plan;

	private final JdbcCatalog catalog;

	private final JdbcCatalog.Table sourceTable;

	private final JdbcCatalog.@Nullable Table targetTable;

	private final MigrationTable source;

	private final List<String> name;

	private final TargetColumns columns;

	private final boolean sameTable;

	TargetDerivation(MigrationPlan plan, JdbcCatalog catalog, ExpressionCompiler compiler) {
		this.plan = plan;
		this.catalog = catalog;
		PlanTables tables = new PlanTables(catalog, catalog);
		this.sourceTable = tables.findSource(plan);
		this.targetTable = catalog.table(plan.target().table()).orElse(null);
		this.source = tables.source(plan, this.sourceTable);
		this.sameTable = this.targetTable != null && this.targetTable.oid() == this.sourceTable.oid();
		this.name = catalog.rendered(plan.target().table());
		this.columns = new TargetColumns(plan, this.source, catalog.types(this.source.sql()),
				new PlanExpressions(compiler, plan, this.source, this.source, tables.lookups(plan)));
	}

	List<TargetScript> missing() {
		JdbcCatalog.Table table = this.targetTable;
		if (table == null) {
			return List.of(table());
		}
		List<TableColumn> present = this.catalog.columns(table);
		List<NewColumn> absent = this.columns.stated((column) -> named(present, column).isEmpty());
		checkTransformer(present.stream().map(TableColumn::name).toList());
		List<TargetScript> missing = new ArrayList<>();
		if (!absent.isEmpty()) {
			absent.forEach((column) -> column.check(this.plan, false));
			missing.add(columns(table, absent));
		}
		if (this.sameTable) {
			missing.addAll(indexes(present));
		}
		return missing;
	}

	private static Optional<TableColumn> named(List<TableColumn> present, String declared) {
		return PlanColumns.named(declared, present)
			.or(() -> PlanColumns.named(SqlExpression.unquote(declared), present));
	}

	private TargetScript columns(JdbcCatalog.Table table, List<NewColumn> absent) {
		if (this.catalog.isPartition(table)) {
			throw new InvalidPlanException(this.plan.id(), "target.table",
					"'%s' is a partition, and gets columns from the table that it belongs to".formatted(tableName()),
					"Add them there by a script of yours");
		}
		String added = absent.stream()
			.map((column) -> "add column " + definition(column))
			.collect(Collectors.joining(SEPARATOR));
		String dropped = absent.stream()
			.map((column) -> "drop column " + quoted(column))
			.collect(Collectors.joining(SEPARATOR));
		String alter = "alter table " + tableName() + "\n\t";
		return new TargetScript(Part.COLUMNS, allowed(absent) + alter + added + ";\n", alter + dropped + ";\n");
	}

	private List<TargetScript> indexes(List<TableColumn> present) {
		if (this.sourceTable.kind().equals("p")) {
			return List.of();
		}
		Map<String, String> names = this.columns.names();
		names.replaceAll((from, to) -> named(present, to).map(TableColumn::name).orElse(NewColumn.name(to)));
		String schema = (this.name.size() > 1) ? String.join(".", this.name.subList(0, this.name.size() - 1)) + "."
				: "";
		List<TargetScript> scripts = new ArrayList<>();
		new TargetIndexes(this.catalog, this.name, names, true).missing(this.source.sql())
			.forEach((index,
					kind) -> scripts.add(new TargetScript(
							Part.INDEX, "create index concurrently if not exists %s on %s\n\t%s;\n".formatted(index,
									tableName(), kind),
							"drop index concurrently if exists %s%s;\n".formatted(schema, index))));
		return scripts;
	}

	private TargetScript table() {
		if (this.plan.shape() == null || this.plan.shape() == PlanShape.COLUMN) {
			throw new InvalidPlanException(this.plan.id(), "shape",
					"the table '%s' does not exist, and nothing says which columns it is to have"
						.formatted(this.plan.target().table()),
					"State 'shape: split' for the key and the columns that 'rename' and 'mapping' name, or 'shape: moved-table' for those and all others of the source; or create the table by a script of yours");
		}
		checkTransformer(List.of());
		boolean moved = this.plan.shape() == PlanShape.MOVED_TABLE;
		List<NewColumn> key = this.columns.key();
		List<String> keyNames = key.stream().map(NewColumn::name).toList();
		List<NewColumn> others = (moved ? this.columns.all() : this.columns.stated((column) -> true)).stream()
			.filter((column) -> !keyNames.contains(column.name()))
			.toList();
		List<NewColumn> all = new ArrayList<>(key);
		all.addAll(others);
		all.forEach((column) -> column.check(this.plan, true));
		List<String> lines = new ArrayList<>(all.stream().map((column) -> definition(column, moved)).toList());
		lines.add("primary key (%s)".formatted(key.stream().map(this::quoted).collect(Collectors.joining(", "))));
		StringBuilder sql = new StringBuilder(allowed(all));
		sql.append("create table %s (\n\t%s\n);\n".formatted(tableName(), String.join(SEPARATOR, lines)));
		Map<String, String> names = new LinkedHashMap<>();
		all.forEach((column) -> put(names, column));
		new TargetIndexes(this.catalog, this.name, names, false).missing(this.source.sql())
			.forEach((index, kind) -> sql.append("create index %s on %s\n\t%s;\n".formatted(index, tableName(), kind)));
		return new TargetScript(Part.TABLE, sql.toString(), "drop table %s;\n".formatted(tableName()));
	}

	private static void put(Map<String, String> names, NewColumn column) {
		TableColumn from = column.from();
		if (from != null) {
			names.putIfAbsent(from.name(), column.name());
		}
	}

	/**
	 * A default, an identity: nobody has rows yet that it could be written into. The
	 * source's sequence stays the source's.
	 */
	private String definition(NewColumn column, boolean moved) {
		TableColumn from = column.from();
		String definition = definition(column);
		if (from == null || from.generated() || (from.defaultExpression() == null && !from.identity())) {
			return definition;
		}
		if (!from.identity()) {
			return definition + " default " + from.defaultExpression();
		}
		boolean takesKeys = moved && INTEGERS.contains(from.type());
		return definition + (takesKeys ? " generated by default as identity" : "");
	}

	private String definition(NewColumn column) {
		return quoted(column) + " " + column.type().type();
	}

	private String quoted(NewColumn column) {
		return this.catalog.quoted(column.name());
	}

	private String tableName() {
		return String.join(".", this.name);
	}

	private static String allowed(List<NewColumn> columns) {
		return columns.stream().anyMatch((column) -> column.type().type().equals("json"))
				? "-- migration:allow json: the source's values have that type\n" : "";
	}

	private void checkTransformer(List<String> present) {
		MigrationTransformer transformer = this.plan.transformer();
		if (transformer != null && !present.containsAll(transformer.targetColumns())) {
			throw new InvalidPlanException(this.plan.id(), "transformer",
					"it produces the columns %s, whose types nothing says".formatted(transformer.targetColumns()),
					"Create them by a script of yours");
		}
	}

}
