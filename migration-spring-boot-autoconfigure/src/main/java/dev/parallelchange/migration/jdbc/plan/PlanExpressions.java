package dev.parallelchange.migration.jdbc.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SentPlan;
import dev.parallelchange.migration.jdbc.SentRows;
import dev.parallelchange.migration.jdbc.SqlExpression;

/**
 * Checks the expressions of a plan against its tables.
 */
final class PlanExpressions {

	/**
	 * Each table stands twice in the query, so that a column without its side's name is
	 * ambiguous here, and not later in some other statement.
	 */
	private static final String ROW = "%1$s as source cross join %1$s as other_source";

	private static final String BOTH_ROWS = ROW + " cross join %2$s as target cross join %2$s as other_target";

	private final ExpressionCompiler compiler;

	private final MigrationPlan plan;

	private final MigrationTable source;

	private final MigrationTable target;

	private final List<Long> lookups;

	private final Map<String, String> lookedUp = new TreeMap<>();

	PlanExpressions(ExpressionCompiler compiler, MigrationPlan plan, MigrationTable source, MigrationTable target,
			List<Long> lookups) {
		this.compiler = compiler;
		this.plan = plan;
		this.source = source;
		this.target = target;
		this.lookups = lookups;
	}

	/**
	 * Check all expressions.
	 * @return the columns of other tables that they look up, with their types
	 */
	Map<String, String> check(List<MappedColumn> mapping, List<MappedColumn> reverse) {
		String row = ROW.formatted(this.source.sql());
		boolean across = this.plan.isAcrossDatabases();
		for (MappedColumn mapped : across ? SentPlan.portable(mapping) : mapping) {
			check("mapping.", mapped, row);
		}
		if (!across && this.source.isSameTable(this.target)) {
			checkSeparate(mapping);
		}
		String filter = this.plan.filter();
		if (filter != null) {
			checkText("filter", filter);
			compile("filter", filter, "select true as value from %s where (%s)".formatted(row, filter));
		}
		String bothRows = BOTH_ROWS.formatted(this.source.sql(),
				across ? SentRows.emptyRow(SentPlan.portable(this.target)) : this.target.sql());
		for (MappedColumn column : reverse) {
			check("reverse.", column, bothRows);
		}
		return this.lookedUp;
	}

	/**
	 * The type that a column would have to have for an expression's values.
	 * @return the type; empty if the database does not let it be known
	 */
	Optional<ColumnType> type(String column, String expression) {
		String property = "mapping." + column;
		checkText(property, expression);
		return this.compiler.type(this.plan, property, expression,
				"select (%s) as value from %s".formatted(expression, ROW.formatted(this.source.sql())), this.lookups);
	}

	private void check(String kind, MappedColumn mapped, String rows) {
		if (mapped.transformed()) {
			return;
		}
		String property = kind + mapped.column().name();
		if (mapped.explicit()) {
			checkText(property, mapped.expression());
		}
		compile(property, mapped.expression(), "select %s as value from %s".formatted(PlanSql.value(mapped), rows));
	}

	private void checkText(String property, String text) {
		SqlExpression expression = new SqlExpression(text);
		expression.check(this.plan.id(), property);
		for (String column : expression.sourceColumns()) {
			if (this.source.column(column).isEmpty()) {
				throw new InvalidPlanException(this.plan.id(), property,
						"'%s' reads source column '%s', which does not exist".formatted(text, column),
						PlanColumns.theColumnsAre(this.source.columns()));
			}
		}
	}

	/**
	 * Where both sides are one row, a value must not depend on what the plan writes: it
	 * would differ from itself after each write.
	 */
	private void checkSeparate(List<MappedColumn> mapping) {
		Set<String> written = mapping.stream().map((mapped) -> mapped.column().name()).collect(Collectors.toSet());
		for (MappedColumn mapped : mapping) {
			for (String column : new SqlExpression(mapped.expression()).sourceColumns()) {
				if (written.contains(column)) {
					throw new InvalidPlanException(this.plan.id(), "mapping." + mapped.column().name(),
							"'%s' reads column '%s', which the plan itself writes".formatted(mapped.expression(),
									column),
							"Write to a new column, and read columns that the plan does not write");
				}
			}
		}
	}

	private void compile(String property, String text, String query) {
		this.lookedUp.putAll(this.compiler.compile(this.plan, property, text, query, this.lookups));
	}

}
