package dev.parallelchange.migration.jdbc.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.TablesHash;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;
import org.springframework.jdbc.BadSqlGrammarException;

/**
 * A plan as derived, kept as JSON: once its source is hidden it cannot be derived again.
 */
public final class RecordedPlan {

	private static final JsonWriter<Map<String, Object>> JSON = JsonWriter.standard();

	private static final String READ = """
			select cast(definition as text) from %PREFIX%contract where plan_id = :plan and definition is not null""";

	private RecordedPlan() {
	}

	static Optional<DerivedPlan> read(MigrationDatabase database, MigrationPlan plan) {
		try {
			return database.sql(READ)
				.param("plan", plan.id())
				.query(String.class)
				.optional()
				.map((json) -> fromJson(plan, json));
		}
		catch (BadSqlGrammarException ex) {
			return Optional.empty();
		}
	}

	public static String toJson(DerivedPlan plan) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("shape", plan.shape().name());
		members.put("source", table(plan.source()));
		members.put("target", table(plan.target()));
		members.put("mapping", plan.mapping().stream().map(RecordedPlan::mapped).toList());
		members.put("reverse", plan.reverse().stream().map(RecordedPlan::mapped).toList());
		members.put("oneWayReason", plan.oneWayReason());
		members.put("mirror", plan.mirror().name());
		members.put("switchKind", plan.switchKind().name());
		members.put("fingerprint", plan.fingerprint());
		members.put("definition", plan.definition().parts());
		return JSON.writeToString(members);
	}

	static DerivedPlan fromJson(MigrationPlan plan, String json) {
		Map<String, Object> members = JsonParserFactory.getJsonParser().parseMap(json);
		MigrationTable source = table(child(members, "source"));
		MigrationTable target = table(child(members, "target"));
		return new DerivedPlan(plan, PlanShape.valueOf(text(members, "shape")), source, target,
				children(members, "mapping").stream().map((mapped) -> mapped(target, mapped)).toList(),
				children(members, "reverse").stream().map((mapped) -> mapped(source, mapped)).toList(),
				(String) members.get("oneWayReason"), MirrorKind.valueOf(text(members, "mirror")),
				SwitchKind.valueOf(text(members, "switchKind")), definition(members), TablesHash.ANY);
	}

	private static PlanDefinition definition(Map<String, Object> members) {
		Map<String, String> parts = new LinkedHashMap<>();
		child(members, "definition").forEach((name, value) -> parts.put(name, String.valueOf(value)));
		return new PlanDefinition(text(members, "fingerprint"), parts);
	}

	private static Map<String, Object> table(MigrationTable table) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("schema", table.schema());
		members.put("name", table.name());
		members.put("key", table.key().stream().map(TableColumn::name).toList());
		members.put("columns", table.columns().stream().map(RecordedPlan::column).toList());
		return members;
	}

	@SuppressWarnings("unchecked")
	private static MigrationTable table(Map<String, Object> members) {
		List<TableColumn> columns = children(members, "columns").stream().map(RecordedPlan::column).toList();
		List<String> key = (List<String>) members.getOrDefault("key", List.of());
		return new MigrationTable(text(members, "schema"), text(members, "name"),
				key.stream().map((name) -> named(columns, name)).toList(), columns);
	}

	private static Map<String, Object> column(TableColumn column) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("name", column.name());
		members.put("type", column.type());
		members.put("baseType", column.baseType());
		members.put("nullable", column.nullable());
		members.put("defaultExpression", column.defaultExpression());
		members.put("generated", column.generated());
		members.put("identity", column.identity());
		members.put("comparableDirectly", column.comparableDirectly());
		members.put("portableType", column.portableType());
		return members;
	}

	private static TableColumn column(Map<String, Object> members) {
		return new TableColumn(text(members, "name"), text(members, "type"), text(members, "baseType"),
				is(members, "nullable"), (String) members.get("defaultExpression"), is(members, "generated"),
				is(members, "identity"), is(members, "comparableDirectly"), text(members, "portableType"));
	}

	private static Map<String, Object> mapped(MappedColumn mapped) {
		return Map.of("column", mapped.column().name(), "expression", mapped.expression(), "explicit",
				mapped.explicit(), "transformed", mapped.transformed());
	}

	private static MappedColumn mapped(MigrationTable table, Map<String, Object> members) {
		return new MappedColumn(named(table.columns(), text(members, "column")), text(members, "expression"),
				is(members, "explicit"), is(members, "transformed"));
	}

	private static TableColumn named(List<TableColumn> columns, String name) {
		return columns.stream().filter((column) -> column.name().equals(name)).findFirst().orElseThrow();
	}

	private static String text(Map<String, Object> members, String name) {
		return String.valueOf(members.get(name));
	}

	private static boolean is(Map<String, Object> members, String name) {
		@Nullable Object value = members.get(name);
		return Boolean.parseBoolean(String.valueOf(value));
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> child(Map<String, Object> members, String name) {
		return (Map<String, Object>) members.getOrDefault(name, Map.of());
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> children(Map<String, Object> members, String name) {
		return (List<Map<String, Object>>) members.getOrDefault(name, List.of());
	}

}
