package dev.parallelchange.migration.jdbc.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.plan.RetiredColumns;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The statements that rename and drop a source. All run in the caller's transaction.
 */
final class SourceDefinitions {

	private static final String COLUMN_EXISTS = """
			select exists (select from pg_attribute
				where attrelid = to_regclass(:table) and attname = :column and attnum > 0 and not attisdropped)""";

	private static final String TABLE_EXISTS = """
			select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
				where n.nspname = :schema and c.relname = :name)
			or exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace
				where n.nspname = :schema and t.typname = :name)""";

	private final MigrationDatabase database;

	private final JdbcTriggers triggers;

	private final Consumer<String> definitions;

	SourceDefinitions(MigrationDatabase database, JdbcTriggers triggers) {
		this(database, triggers, new JdbcTemplate(database.connections())::execute);
	}

	private SourceDefinitions(MigrationDatabase database, JdbcTriggers triggers, Consumer<String> definitions) {
		this.database = database;
		this.triggers = triggers;
		this.definitions = definitions;
	}

	/**
	 * The statements that hide and drop a source that nobody has hidden yet.
	 */
	List<String> preview(DerivedPlan plan) {
		List<String> statements = new ArrayList<>();
		SourceDefinitions written = new SourceDefinitions(this.database, this.triggers, statements::add);
		written.drop(plan, written.hide(plan));
		return statements;
	}

	/**
	 * End the mirror of a side's writes. Nobody fills then what it has filled, so the
	 * source stops to need it before.
	 */
	boolean endMirror(DerivedPlan plan, MigrationSide written) {
		lock(plan.table(written).sql());
		if (written == MigrationSide.SOURCE) {
			dropNotNull(plan);
		}
		this.triggers.remove(plan, written);
		return true;
	}

	private void dropNotNull(DerivedPlan plan) {
		for (TableColumn column : RetiredColumns.of(plan)) {
			this.definitions
				.accept("alter table %s alter column %s drop not null".formatted(plan.source().sql(), column.sql()));
		}
	}

	Map<String, String> hide(DerivedPlan plan) {
		Map<String, String> names = new LinkedHashMap<>();
		if (plan.shape() == PlanShape.MOVED_TABLE) {
			MigrationTable source = plan.source();
			String hidden = HiddenName.of(plan.id(), source.name(), (name) -> isTable(source.schema(), name));
			renameTable(source, source.name(), hidden);
			return Map.of(source.name(), hidden);
		}
		List<TableColumn> columns = RetiredColumns.of(plan);
		if (!columns.isEmpty()) {
			lock(plan.source().sql());
			dropNotNull(plan);
		}
		for (TableColumn column : columns) {
			String hidden = HiddenName.of(plan.id(), column.name(), (name) -> isColumn(plan.source(), name));
			renameColumn(plan.source(), column.name(), hidden);
			names.put(column.name(), hidden);
		}
		return names;
	}

	void show(DerivedPlan plan, Map<String, String> names) {
		names.forEach((name, hidden) -> {
			if (plan.shape() == PlanShape.MOVED_TABLE) {
				renameTable(plan.source(), hidden, name);
			}
			else {
				renameColumn(plan.source(), hidden, name);
			}
		});
	}

	/**
	 * Never with {@code cascade}: what still depends on it makes it fail.
	 */
	void drop(DerivedPlan plan, Map<String, String> names) {
		if (names.isEmpty()) {
			return;
		}
		if (plan.shape() == PlanShape.MOVED_TABLE) {
			names.values()
				.forEach((hidden) -> this.definitions
					.accept("drop table if exists " + qualified(plan.source(), hidden)));
			return;
		}
		this.definitions.accept(names.values()
			.stream()
			.map((hidden) -> "drop column if exists " + quote(hidden))
			.collect(Collectors.joining(", ", "alter table %s ".formatted(plan.source().sql()), "")));
	}

	private void lock(String table) {
		this.definitions.accept("lock table " + table + " in access exclusive mode");
	}

	private void renameTable(MigrationTable table, String from, String to) {
		this.definitions.accept("alter table %s rename to %s".formatted(qualified(table, from), quote(to)));
	}

	private void renameColumn(MigrationTable table, String from, String to) {
		this.definitions.accept("alter table %s rename column %s to %s".formatted(table.sql(), quote(from), quote(to)));
	}

	private boolean isTable(String schema, String name) {
		return this.database.sql(TABLE_EXISTS)
			.param("schema", schema)
			.param("name", name)
			.query(Boolean.class)
			.single();
	}

	private boolean isColumn(MigrationTable table, String name) {
		return this.database.sql(COLUMN_EXISTS)
			.param("table", table.sql())
			.param("column", name)
			.query(Boolean.class)
			.single();
	}

	static String qualified(MigrationTable table, String name) {
		return Stream.of(table.schema(), name).map(SourceDefinitions::quote).collect(Collectors.joining("."));
	}

	static String quote(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

}
