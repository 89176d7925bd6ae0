package dev.parallelchange.migration.script.review;

import java.util.Set;

import dev.parallelchange.migration.script.sql.AlterTable;
import dev.parallelchange.migration.script.sql.ColumnDefinition;
import dev.parallelchange.migration.script.sql.CreateTable;
import dev.parallelchange.migration.script.sql.SqlName;
import dev.parallelchange.migration.script.sql.SqlReader;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlToken;
import dev.parallelchange.migration.script.sql.SqlTokens;
import org.jspecify.annotations.Nullable;

/**
 * A column comes without a rewrite, and running code need not know it.
 */
final class ColumnRules implements StatementRules {

	/** Functions that have one value for the whole statement. */
	private static final Set<String> STABLE = Set.of("now", "transaction_timestamp", "statement_timestamp", "date",
			"to_timestamp", "make_date", "lower", "upper", "coalesce", "concat", "jsonb_build_object",
			"jsonb_build_array", "current_setting", "date_trunc", "interval", "numeric", "varchar", "char", "decimal",
			"character", "timestamp", "timestamptz", "array", "cast");

	@Override
	public void look(SqlStatement statement, ReviewedScript script) {
		CreateTable created = CreateTable.of(statement);
		if (created != null) {
			created.columns().forEach((column) -> json(created.table(), column, statement, script));
		}
		AlterTable alter = AlterTable.of(statement);
		if (alter == null) {
			return;
		}
		for (SqlTokens action : alter.actions()) {
			ColumnDefinition column = AlterTable.addedColumn(action);
			if (column != null) {
				json(alter.table(), column, statement, script);
			}
			if (script.isNew(alter.table())) {
				continue;
			}
			if (column != null) {
				added(alter.table(), column, statement, script);
			}
			else if (action.startsWith("ALTER")) {
				type(alter.table(), action, statement, script);
			}
		}
	}

	private static void json(SqlName table, ColumnDefinition column, SqlStatement statement, ReviewedScript script) {
		if (column.type().equals("json")) {
			SqlToken type = statement.tokens()
				.all()
				.stream()
				.filter((token) -> token.is("json"))
				.findFirst()
				.orElseThrow();
			script.add(ReviewRule.JSON, statement, statement.with(type, "b"));
		}
	}

	private static void added(SqlName table, ColumnDefinition column, SqlStatement statement, ReviewedScript script) {
		SqlTokens value = column.defaultExpression();
		boolean notNull = column.attributes().contains("NOT", "NULL") || column.attributes().contains("PRIMARY", "KEY");
		String nullable = "alter table %s add column %s %s".formatted(table, column.name(), plain(column.type()));
		if (notNull && value == null && !column.isFilled()) {
			script.add(ReviewRule.ADD_COLUMN_NOT_NULL, statement, nullable);
		}
		boolean virtual = column.attributes().contains("VIRTUAL");
		if ((column.isFilled() && !virtual) || (value != null && isVolatile(value))) {
			script.add(ReviewRule.ADD_COLUMN_REWRITE, statement,
					(value == null) ? nullable + "\n-- and let a plan fill it"
							: nullable + ";\nalter table %s alter column %s set default %s".formatted(table,
									column.name(), value.sql()));
		}
	}

	private static String plain(String type) {
		return type.matches("(small|big)?serial[248]?") ? TypeNames.of(type) : type;
	}

	/**
	 * Functions that are not known may be volatile.
	 */
	private static boolean isVolatile(SqlTokens expression) {
		for (int i = 0; i + 1 < expression.all().size(); i++) {
			SqlToken token = expression.all().get(i);
			if (token.isName() && expression.all().get(i + 1).is("(") && !STABLE.contains(token.name())) {
				return true;
			}
		}
		return false;
	}

	private static void type(SqlName table, SqlTokens action, SqlStatement statement, ReviewedScript script) {
		SqlReader reader = new SqlReader(action.from(1));
		reader.accept("COLUMN");
		SqlName column = reader.name();
		if (column == null || !(reader.accept("TYPE") || reader.accept("SET", "DATA", "TYPE"))) {
			return;
		}
		boolean kept = !reader.rest().contains("USING") && isKept(
				script.catalog().columnType(table.sql(), column.simple()), ColumnDefinition.typeAt(reader.rest()));
		if (!kept) {
			script.add(ReviewRule.COLUMN_TYPE, statement,
					"alter table %s add column %s_new %s\n-- and a plan: table: %s, mapping.%s_new: source.%s"
						.formatted(table, column.simple(), ColumnDefinition.typeAt(reader.rest()), table,
								column.simple(), column));
		}
	}

	private static boolean isKept(@Nullable String before, String after) {
		return before != null && TypeNames.isKept(before, after);
	}

}
