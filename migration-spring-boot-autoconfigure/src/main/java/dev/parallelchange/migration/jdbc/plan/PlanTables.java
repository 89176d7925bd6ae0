package dev.parallelchange.migration.jdbc.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.TableReference;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SqlExpression;

import org.springframework.dao.DataAccessException;

/**
 * Finds a plan's tables and the keys by which their rows belong together.
 */
final class PlanTables {

	private static final Map<String, String> OTHER_KINDS = Map.of("v", "view", "m", "materialized view", "f",
			"foreign table", "i", "index", "S", "sequence", "c", "composite type");

	/** Types that a key may have; of integers, the target's may be the wider one. */
	private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");

	private static final Set<String> TEXTS = Set.of("text", "character varying");

	private static final Set<String> OTHER_TYPES = Set.of("uuid", "date", "timestamp without time zone",
			"timestamp with time zone");

	private final JdbcCatalog sourceCatalog;

	private final JdbcCatalog targetCatalog;

	PlanTables(JdbcCatalog sourceCatalog, JdbcCatalog targetCatalog) {
		this.sourceCatalog = sourceCatalog;
		this.targetCatalog = targetCatalog;
	}

	JdbcCatalog.Table findSource(MigrationPlan plan) {
		return find(this.sourceCatalog, plan, "source", plan.source());
	}

	JdbcCatalog.Table findTarget(MigrationPlan plan) {
		return find(this.targetCatalog, plan, "target", plan.target());
	}

	private static JdbcCatalog.Table find(JdbcCatalog catalog, MigrationPlan plan, String side,
			TableReference reference) {
		JdbcCatalog.Table table = lookUp(catalog, plan, side, reference)
			.orElseThrow(() -> missing(plan, side, reference));
		String otherKind = OTHER_KINDS.get(table.kind());
		if (otherKind != null) {
			throw new InvalidPlanException(plan.id(), side + ".table",
					"'%s' is a %s".formatted(reference.table(), otherKind), "Name the table that holds the rows");
		}
		return table;
	}

	List<Long> lookups(MigrationPlan plan) {
		return plan.dependsOn()
			.stream()
			.map((name) -> lookUp(this.sourceCatalog, plan, "depends-on", TableReference.of(name))
				.orElseThrow(() -> new InvalidPlanException(plan.id(), "depends-on",
						"there is no table '%s'%s".formatted(name,
								plan.isAcrossDatabases() ? " in the source's database" : ""),
						"Correct the name")))
			.map(JdbcCatalog.Table::oid)
			.toList();
	}

	private static Optional<JdbcCatalog.Table> lookUp(JdbcCatalog catalog, MigrationPlan plan, String side,
			TableReference reference) {
		try {
			return catalog.table(reference.table());
		}
		catch (DataAccessException ex) {
			if (!ExpressionCompiler.sqlState(ex).startsWith("42")
					&& !ExpressionCompiler.sqlState(ex).startsWith("0A")) {
				throw ex;
			}
			throw new InvalidPlanException(plan.id(), side.equals("depends-on") ? side : side + ".table",
					"'%s' is not the name of a table".formatted(reference.table()),
					"Write table or schema.table, and put names with special characters in double quotes");
		}
	}

	private static InvalidPlanException missing(MigrationPlan plan, String side, TableReference reference) {
		String problem = "there is no table '%s'".formatted(reference.table());
		String fix = "Create it, or correct the name; put names with capital letters or special characters in double quotes. The role needs 'usage' on its schema";
		boolean target = side.equals("target")
				&& (plan.isAcrossDatabases() || !plan.target().table().equals(plan.source().table()));
		return target ? new MissingTargetException(plan.id(), "target.table", problem, fix)
				: new InvalidPlanException(plan.id(), side + ".table", problem, fix);
	}

	MigrationTable source(MigrationPlan plan, JdbcCatalog.Table table) {
		List<TableColumn> columns = this.sourceCatalog.columns(table);
		List<String> key = plan.source().key().isEmpty() ? this.sourceCatalog.primaryKey(table) : plan.source().key();
		if (key.isEmpty()) {
			throw new InvalidPlanException(plan.id(), "source.key",
					"table '%s' has no primary key to derive the key from".formatted(table.name()),
					"Name the columns of a unique index in 'source.key'");
		}
		MigrationTable source = new MigrationTable(table.schema(), table.name(),
				PlanColumns.find(plan, "source.key", key, columns), columns);
		checkKey(this.sourceCatalog, plan, "source.key", source, table);
		return source;
	}

	MigrationTable target(MigrationPlan plan, JdbcCatalog.Table table, MigrationTable source,
			JdbcCatalog.Table sourceTable) {
		List<TableColumn> columns = this.targetCatalog.columns(table);
		List<String> sourceKey = source.key().stream().map(TableColumn::name).toList();
		List<String> key = plan.target().key();
		if (key.isEmpty()) {
			key = mappedKey(plan, sourceKey).or(() -> referencing(plan, table, sourceTable, sourceKey))
				.orElse(sourceKey);
		}
		MigrationTable target = new MigrationTable(table.schema(), table.name(),
				PlanColumns.find(plan, "target.key", key, columns), columns);
		checkKey(this.targetCatalog, plan, "target.key", target, table);
		checkTypes(plan, source, sourceTable, target, table);
		return target;
	}

	private Optional<List<String>> referencing(MigrationPlan plan, JdbcCatalog.Table table,
			JdbcCatalog.Table sourceTable, List<String> sourceKey) {
		return plan.isAcrossDatabases() ? Optional.empty()
				: this.targetCatalog.referencing(table, sourceTable, sourceKey);
	}

	static Optional<List<String>> mappedKey(MigrationPlan plan, List<String> sourceKey) {
		Map<String, String> targets = new LinkedHashMap<>();
		plan.rename().forEach((from, to) -> {
			targets.put(from, to);
			targets.putIfAbsent(SqlExpression.unquote(from), to);
		});
		plan.mapping()
			.forEach((column, expression) -> new SqlExpression(expression).plainColumn()
				.ifPresent((from) -> targets.put(from, column)));
		List<String> key = sourceKey.stream().map(targets::get).filter((column) -> column != null).toList();
		return (key.size() == sourceKey.size()) ? Optional.of(key) : Optional.empty();
	}

	private static void checkKey(JdbcCatalog catalog, MigrationPlan plan, String property, MigrationTable table,
			JdbcCatalog.Table identity) {
		Set<String> names = table.key().stream().map(TableColumn::name).collect(Collectors.toSet());
		if (catalog.uniqueKeys(identity).stream().noneMatch(names::equals)) {
			throw new InvalidPlanException(plan.id(), property,
					"no unique index of table '%s' covers exactly the key %s".formatted(table, names(table)),
					"Name other columns, or run: create unique index%s on %s (%s)".formatted(
							identity.kind().equals("p") ? "" : " concurrently", table.sql(),
							PlanSql.list(table.key(), TableColumn::sql)));
		}
		for (TableColumn column : table.key()) {
			if (column.nullable()) {
				throw new InvalidPlanException(plan.id(), property,
						"key column '%s' of table '%s' accepts null".formatted(column.name(), table),
						"Name other columns, or run: alter table %s alter column %s set not null".formatted(table.sql(),
								column.sql()));
			}
			if (!isSupported(column)) {
				throw new InvalidPlanException(plan.id(), property,
						"key column '%s' of table '%s' has the type %s".formatted(column.name(), table, column.type()),
						"Name key columns of integer, uuid, text, varchar, date or timestamp type, without a collation that takes different texts for equal");
			}
		}
	}

	private static boolean isSupported(TableColumn column) {
		String type = column.baseType();
		return column.comparableDirectly()
				&& (INTEGERS.contains(type) || TEXTS.contains(type) || OTHER_TYPES.contains(type));
	}

	private void checkTypes(MigrationPlan plan, MigrationTable source, JdbcCatalog.Table sourceTable,
			MigrationTable target, JdbcCatalog.Table targetTable) {
		if (source.key().size() != target.key().size()) {
			throw new InvalidPlanException(plan.id(), "target.key",
					"the source's key %s and the target's key %s have different numbers of columns"
						.formatted(names(source), names(target)),
					"Name as many columns in 'target.key' as in 'source.key', in the same order");
		}
		for (int i = 0; i < source.key().size(); i++) {
			TableColumn from = source.key().get(i);
			TableColumn to = target.key().get(i);
			if (!holds(to.baseType(), from.baseType())) {
				throw new InvalidPlanException(plan.id(), "target.key",
						"key column '%s' has the type %s, but '%s' of the source has the type %s".formatted(to.name(),
								to.type(), from.name(), from.type()),
						"Give both the same type, or name other columns in 'target.key'");
			}
			if (!this.sourceCatalog.collation(sourceTable, from)
				.equals(this.targetCatalog.collation(targetTable, to))) {
				throw new InvalidPlanException(plan.id(), "target.key",
						"key columns '%s' and '%s' sort texts differently".formatted(from.name(), to.name()),
						"Give both the same collation" + (plan.isAcrossDatabases() ? ", such as \"C\"" : ""));
			}
		}
	}

	private static boolean holds(String target, String source) {
		return target.equals(source) || (TEXTS.contains(target) && TEXTS.contains(source))
				|| (INTEGERS.contains(source) && INTEGERS.indexOf(target) >= INTEGERS.indexOf(source));
	}

	private static List<String> names(MigrationTable table) {
		return table.key().stream().map(TableColumn::name).toList();
	}

}
