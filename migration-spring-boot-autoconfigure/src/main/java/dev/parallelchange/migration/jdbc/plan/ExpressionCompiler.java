package dev.parallelchange.migration.jdbc.plan;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.SqlExpression;
import dev.parallelchange.migration.jdbc.StatementLimits;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionDefinition;

/**
 * Lets the database compile a plan's expressions, without a trace: as a temporary view in
 * a transaction that is rolled back.
 */
final class ExpressionCompiler {

	private static final Log logger = LogFactory.getLog(ExpressionCompiler.class);

	private static final String CREATE = "create temporary view migration_check as ";

	private static final String EXPLAIN = "explain (costs off) ";

	private static final String COMPILED = """
			select ev_action::text from pg_rewrite where ev_class = 'pg_temp.migration_check'::regclass""";

	private static final String LOOKED_UP = """
			select d.refobjid::regclass || '.' || a.attname as column, format_type(a.atttypid, a.atttypmod) as type
			from pg_rewrite r
			join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
				and d.refclassid = 'pg_class'::regclass
			join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
			where r.ev_class = 'pg_temp.migration_check'::regclass and d.refobjsubid > 0
				and d.refobjid = any(cast(:lookups as oid[]))""";

	private static final Set<String> NOT_PERMITTED = Set.of("42501", "25006");

	private final MigrationDatabase database;

	private final ExpressionRules rules;

	ExpressionCompiler(MigrationDatabase database) {
		this.database = database;
		this.rules = new ExpressionRules(database);
	}

	/**
	 * Compile an expression.
	 * @param plan the plan
	 * @param property the property that states the expression
	 * @param expression the expression as stated
	 * @param query a query that contains it
	 * @param lookups the tables that the expression may look up
	 * @return the columns of these tables that it reads, with their types
	 */
	Map<String, String> compile(MigrationPlan plan, String property, String expression, String query,
			List<Long> lookups) {
		return compiled(plan, property, expression, query, lookups).map(Compiled::lookedUp).orElseGet(Map::of);
	}

	/**
	 * Compile an expression, and tell its type.
	 * @return the type; empty if it could not be compiled to the end
	 */
	Optional<ColumnType> type(MigrationPlan plan, String property, String expression, String query,
			List<Long> lookups) {
		return compiled(plan, property, expression, query, lookups).map(Compiled::type);
	}

	private Optional<Compiled> compiled(MigrationPlan plan, String property, String expression, String query,
			List<Long> lookups) {
		Optional<Compiled> compiled;
		try {
			compiled = view(plan, query, lookups);
			if (compiled.isEmpty()) {
				explain(plan, query);
			}
		}
		catch (DataAccessException ex) {
			throw translate(plan, property, expression, ex);
		}
		if (compiled.isEmpty() && plan.isPurge()) {
			throw new InvalidPlanException(plan.id(), property,
					"'%s' cannot be checked, since temporary views are not permitted".formatted(expression),
					"Grant the role of the application 'temporary' on the database");
		}
		compiled.ifPresent((view) -> this.rules.check(plan, property, expression, view.tree(), lookups));
		return compiled;
	}

	private Optional<Compiled> view(MigrationPlan plan, String query, List<Long> lookups) {
		try {
			return Optional.of(rolledBack(plan, () -> {
				this.database.sql(CREATE + query).update();
				return new Compiled(NodeTree.parse(this.database.sql(COMPILED).query(String.class).single()),
						lookups.isEmpty() ? Map.of() : lookedUp(lookups),
						this.database.sql(ColumnType.OF_TABLE)
							.param("table", "pg_temp.migration_check")
							.query(ColumnType.class)
							.single());
			}));
		}
		catch (DataAccessException ex) {
			if (!NOT_PERMITTED.contains(sqlState(ex))) {
				throw ex;
			}
			logger.info("Plan '%s': whether its expressions are deterministic cannot be checked, since temporary views"
				.formatted(plan.id()) + " are not permitted");
			return Optional.empty();
		}
	}

	private Map<String, String> lookedUp(List<Long> lookups) {
		Map<String, String> columns = new HashMap<>();
		this.database.sql(LOOKED_UP)
			.param("lookups", lookups.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}")))
			.query((row) -> {
				columns.put(row.getString("column"), row.getString("type"));
			});
		return columns;
	}

	private void explain(MigrationPlan plan, String query) {
		rolledBack(plan, () -> this.database.sql(EXPLAIN + query).query(String.class).list());
	}

	private <T> T rolledBack(MigrationPlan plan, Supplier<T> work) {
		return this.database.rolledBack(TransactionDefinition.ISOLATION_READ_COMMITTED, () -> {
			StatementLimits.apply(this.database, plan.safety());
			return work.get();
		});
	}

	/**
	 * Only a complaint about the statement is the plan's fault.
	 */
	private static RuntimeException translate(MigrationPlan plan, String property, String expression,
			DataAccessException ex) {
		String state = sqlState(ex);
		if (!state.startsWith("42") && !state.startsWith("22") && !state.startsWith("0A")) {
			return ex;
		}
		String fix = plan.isPurge() ? "Correct it; it is SQL over the columns of the table, with texts in single quotes"
				: fix(state, expression);
		return new InvalidPlanException(plan.id(), property,
				"'%s' does not compile: %s".formatted(expression, message(ex)), fix);
	}

	private static String fix(String state, String expression) {
		return switch (state) {
			case "42702" -> "Write columns as source.<column>, or target.<column> in 'reverse'";
			case "42P01", "42703" -> new SqlExpression(expression).isBareWord()
					? "Write a column as source.%s; for the text '%s' write \"'%s'\"".formatted(expression, expression,
							expression)
					: "Write columns as source.<column>, or target.<column> in 'reverse', and texts in single quotes";
			default -> "Correct the expression; it is SQL of the plan's database";
		};
	}

	private static String message(DataAccessException ex) {
		String message = String.valueOf(ex.getMostSpecificCause().getMessage()).lines().findFirst().orElse("");
		return message.startsWith("ERROR: ") ? message.substring("ERROR: ".length()) : message;
	}

	/**
	 * A compiled expression.
	 *
	 * @param tree the query
	 * @param lookedUp the columns of other tables that it reads, with their types
	 * @param type its own type
	 */
	private record Compiled(NodeTree tree, Map<String, String> lookedUp, ColumnType type) {

	}

	static String sqlState(DataAccessException ex) {
		return (ex.getMostSpecificCause() instanceof SQLException sql && sql.getSQLState() != null) ? sql.getSQLState()
				: "";
	}

}
