package dev.parallelchange.migration.script.review;

import dev.parallelchange.migration.script.sql.AlterTable;
import dev.parallelchange.migration.script.sql.ColumnDefinition;
import dev.parallelchange.migration.script.sql.ConstraintDefinition;
import dev.parallelchange.migration.script.sql.CreateIndex;
import dev.parallelchange.migration.script.sql.SqlReader;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlTokens;

/**
 * What is different in MySQL and MariaDB: definitions are not transactional, and the
 * server chooses how it carries them out.
 */
final class MySqlRules implements StatementRules {

	private static final String TOOLS = "-- a new column or table and a plan; or gh-ost, pt-online-schema-change";

	@Override
	public void look(SqlStatement statement, ReviewedScript script) {
		if (!script.before(statement).isEmpty()) {
			script.add(ReviewRule.SEVERAL_STATEMENTS, statement, "-- in a script of its own:\n" + statement.sql());
		}
		if (statement.startsWith("CALL") || statement.startsWith("EXECUTE") || statement.startsWith("PREPARE")) {
			script.add(ReviewRule.OPAQUE, statement, "-- write the statements themselves");
		}
		if (statement.startsWith("SET")) {
			script.add(ReviewRule.SESSION_SETTING, statement, "-- leave it out");
		}
		CreateIndex index = CreateIndex.of(statement);
		AlterTable alter = AlterTable.of(statement);
		if (index != null && !script.isNew(index.table())) {
			stated(statement, script, " ALGORITHM=INPLACE LOCK=NONE");
		}
		else if (statement.startsWith("DROP", "INDEX")) {
			stated(statement, script, " ALGORITHM=INPLACE LOCK=NONE");
		}
		else if (alter != null && !script.isNew(alter.table())) {
			stated(statement, script,
					alter.actions().stream().anyMatch((action) -> AlterTable.addedColumn(action) != null)
							? ", ALGORITHM=INSTANT" : ", ALGORITHM=INPLACE, LOCK=NONE");
			alter.actions().forEach((action) -> altered(action, statement, script));
		}
	}

	private static void stated(SqlStatement statement, ReviewedScript script, String algorithm) {
		SqlTokens tokens = statement.tokens();
		boolean instant = tokens.contains("ALGORITHM", "=", "INSTANT");
		boolean inplace = tokens.contains("ALGORITHM", "=", "INPLACE") && tokens.contains("LOCK", "=", "NONE");
		if (!instant && !inplace) {
			script.add(ReviewRule.ALGORITHM, statement, statement.sql() + algorithm);
		}
	}

	private static void altered(SqlTokens action, SqlStatement statement, ReviewedScript script) {
		ConstraintDefinition constraint = AlterTable.addedConstraint(action);
		ColumnDefinition column = AlterTable.addedColumn(action);
		if (constraint != null && (constraint.kind() == ConstraintDefinition.Kind.FOREIGN_KEY
				|| constraint.kind() == ConstraintDefinition.Kind.CHECK)) {
			script.add(ReviewRule.CONSTRAINT_BLOCKING, statement,
					"-- in the script that creates the table:\n" + action.sql());
		}
		else if (column != null) {
			if (column.attributes().contains("STORED") || column.attributes().contains("PERSISTENT")
					|| column.attributes().contains("AUTO_INCREMENT") || hasExpression(column)) {
				script.add(ReviewRule.REBUILD, statement, TOOLS);
			}
		}
		else if (action.startsWith("MODIFY") || action.startsWith("CHANGE")) {
			changed(action, statement, script);
		}
	}

	private static boolean hasExpression(ColumnDefinition column) {
		SqlTokens value = column.defaultExpression();
		return value != null && value.startsWith("(");
	}

	/**
	 * The type before is not in the statement.
	 */
	private static void changed(SqlTokens action, SqlStatement statement, ReviewedScript script) {
		script.add(ReviewRule.REBUILD, statement, TOOLS);
		if (action.contains("NOT", "NULL")) {
			script.add(ReviewRule.STRICT_MODE, statement,
					"-- see that sql_mode has STRICT_TRANS_TABLES, and say so in a comment");
		}
		SqlReader reader = new SqlReader(action);
		if (reader.accept("CHANGE")) {
			reader.accept("COLUMN");
			String before = String.valueOf(reader.name());
			if (!before.equals(String.valueOf(reader.name()))) {
				script.add(ReviewRule.RENAME, statement, "-- declare a plan that moves the values");
			}
		}
	}

}
