package dev.parallelchange.migration.jdbc.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.MigrationDatabase;

/**
 * What an expression must not do, so that it yields the same value whenever and by whom
 * it is evaluated.
 */
final class ExpressionRules {

	private static final String FUNCTIONS = """
			select p.oid, p.proname as name, p.provolatile as volatility
			from pg_proc p where p.oid = any(cast(:oids as oid[]))""";

	private static final String TABLE_NAME = "select cast(cast(:oid as oid) as regclass)::text";

	/** timestamptz, timetz, and arrays of them. */
	private static final Set<Long> TYPES_WITH_ZONE = Set.of(1184L, 1185L, 1266L, 1270L);

	/** Stable functions whose value depends on the moment or on the session. */
	private static final Set<String> MOMENT_OR_SESSION = Set.of("now", "transaction_timestamp", "statement_timestamp",
			"age", "current_setting", "current_schema", "current_schemas", "current_database", "current_user",
			"session_user", "getpgusername", "current_query", "version", "inet_client_addr", "inet_client_port",
			"txid_current_snapshot", "pg_current_snapshot");

	private static final String DETERMINISTIC = "Compute the value from the row's columns alone, or keep it in a column";

	private final MigrationDatabase database;

	ExpressionRules(MigrationDatabase database) {
		this.database = database;
	}

	void check(MigrationPlan plan, String property, String expression, NodeTree tree, List<Long> lookups) {
		Check check = new Check(plan, property, expression);
		NodeTree query = tree.all().filter((node) -> node.is("QUERY")).findFirst().orElse(tree);
		checkRows(check, query);
		if (plan.isPurge()) {
			check.refuseIf(tree.all().anyMatch((node) -> node.is("SUBLINK")), "has a sub-select",
					"Keep what decides in a column of the row: a row that changes while it is deleted is looked at once more, but what a sub-select has read is not");
		}
		checkLookups(check, query, lookups);
		checkFunctions(check, tree);
	}

	private void checkRows(Check check, NodeTree query) {
		check.refuseIf("true".equals(query.value("hasTargetSRFs")), "can yield several rows",
				"Use a function that yields one value");
		check.refuseIf("true".equals(query.value("hasAggs")), "aggregates rows", "Aggregate in a sub-select");
		check.refuseIf("true".equals(query.value("hasWindowFuncs")), "uses a window function",
				"Compute the value from one row");
	}

	private void checkLookups(Check check, NodeTree query, List<Long> lookups) {
		query.children()
			.stream()
			.filter((child) -> !child.isTable())
			.flatMap(NodeTree::all)
			.filter(NodeTree::isTable)
			.map((node) -> node.number("relid"))
			.filter((table) -> table != 0 && !lookups.contains(table))
			.findFirst()
			.ifPresent((table) -> {
				String name = this.database.sql(TABLE_NAME).param("oid", table).query(String.class).single();
				check.refuseIf(true, "looks up the table '%s', which 'depends-on' does not name".formatted(name),
						"Add '%s' to 'depends-on'".formatted(name));
			});
	}

	private void checkFunctions(Check check, NodeTree tree) {
		List<NodeTree> nodes = tree.all().toList();
		Map<Long, DatabaseFunction> functions = functions(nodes);
		functions.values().forEach((function) -> checkFunction(check, function));
		for (NodeTree node : nodes) {
			check.refuseIf(node.is("SQLVALUEFUNCTION"), "depends on the moment or on the session", DETERMINISTIC);
			check.refuseIf(node.is("NEXTVALUEEXPR"), "takes a number from a sequence", DETERMINISTIC);
			DatabaseFunction function = functions.get(node.function());
			boolean converts = node.is("COERCEVIAIO") || (function != null && function.isStable());
			check.refuseIf(!check.plan().isPurge() && converts && node.types().anyMatch(TYPES_WITH_ZONE::contains),
					"depends on the session's time zone",
					"Name the zone: (…) at time zone 'UTC' turns a timestamp with time zone into one without, and back");
		}
	}

	private static void checkFunction(Check check, DatabaseFunction function) {
		check.refuseIf(function.isVolatile(), "calls %s(), which is volatile".formatted(function.name()),
				DETERMINISTIC + "; if the function is one of yours and has no effects, mark it IMMUTABLE");
		check.refuseIf(function.isStable() && MOMENT_OR_SESSION.contains(function.name()),
				"calls %s(), which depends on the moment or on the session".formatted(function.name()), DETERMINISTIC);
	}

	private Map<Long, DatabaseFunction> functions(List<NodeTree> nodes) {
		Long[] oids = nodes.stream().map(NodeTree::function).filter((oid) -> oid != 0).distinct().toArray(Long[]::new);
		String parameter = Stream.of(oids).map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
		return this.database.sql(FUNCTIONS)
			.param("oids", parameter)
			.query(DatabaseFunction.class)
			.list()
			.stream()
			.collect(Collectors.toMap(DatabaseFunction::oid, Function.identity()));
	}

	/**
	 * A function as the catalogue describes it.
	 */
	record DatabaseFunction(long oid, String name, String volatility) {

		boolean isVolatile() {
			return this.volatility.equals("v");
		}

		boolean isStable() {
			return this.volatility.equals("s");
		}

	}

	private record Check(MigrationPlan plan, String property, String expression) {

		void refuseIf(boolean refused, String problem, String fix) {
			if (refused) {
				throw new InvalidPlanException(this.plan.id(), this.property,
						"'%s' %s".formatted(this.expression, problem), fix);
			}
		}

	}

}
