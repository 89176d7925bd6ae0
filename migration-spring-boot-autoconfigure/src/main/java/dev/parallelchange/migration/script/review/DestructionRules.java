package dev.parallelchange.migration.script.review;

import dev.parallelchange.migration.script.sql.AlterTable;
import dev.parallelchange.migration.script.sql.SqlName;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlTokens;

/**
 * Running code finds what it knows, under the name that it knows.
 */
final class DestructionRules implements StatementRules {

	private static final String REWRITE = "-- in a contract script:\n%s";

	@Override
	public void look(SqlStatement statement, ReviewedScript script) {
		SqlName table = Tables.strongly(statement);
		boolean several = (statement.startsWith("DROP") || statement.startsWith("TRUNCATE"))
				&& statement.tokens().contains(",");
		if (!several && (script.isNew(table) || script.isNew(Tables.written(statement)))) {
			return;
		}
		if (isDestructive(statement) && !script.isContracting()) {
			script.add(ReviewRule.DESTRUCTIVE, statement, REWRITE.formatted(statement.sql()));
		}
		boolean removes = statement.startsWith("DROP") || statement.startsWith("TRUNCATE")
				|| AlterTable.of(statement) != null;
		if (removes && statement.tokens().contains("CASCADE")) {
			script.add(ReviewRule.CASCADE, statement,
					statement.sql().replaceAll("(?i)\\s+cascade\\b", "") + "\n-- after a statement for each dependent");
		}
		if (isRename(statement)) {
			script.add(ReviewRule.RENAME, statement,
					"-- declare a plan that moves the values: migration.plans.<id>.rename.<old>=<new>");
		}
	}

	private static boolean isDestructive(SqlStatement statement) {
		if (statement.startsWith("DROP")) {
			return !statement.startsWith("DROP", "INDEX");
		}
		AlterTable alter = AlterTable.of(statement);
		return statement.startsWith("TRUNCATE") || statement.startsWith("DELETE")
				|| (alter != null && alter.actions().stream().anyMatch(DestructionRules::dropsColumn));
	}

	private static boolean dropsColumn(SqlTokens action) {
		return action.startsWith("DROP") && !action.startsWith("DROP", "CONSTRAINT")
				&& !action.startsWith("DROP", "INDEX") && !action.startsWith("DROP", "KEY")
				&& !action.startsWith("DROP", "FOREIGN") && !action.startsWith("DROP", "CHECK");
	}

	private static boolean isRename(SqlStatement statement) {
		if (statement.startsWith("RENAME")) {
			return true;
		}
		if (!statement.startsWith("ALTER") || statement.startsWith("ALTER", "INDEX")) {
			return false;
		}
		int rename = statement.tokens().indexOf("RENAME");
		SqlTokens renamed = statement.tokens().from(rename + 1);
		return rename >= 0 && !renamed.startsWith("CONSTRAINT") && !renamed.startsWith("INDEX")
				&& !renamed.startsWith("KEY");
	}

}
