package dev.parallelchange.migration.script.review;

import dev.parallelchange.migration.script.sql.CreateTable;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlTokens;

/**
 * Rows are moved by the plan, which pauses and resumes.
 */
final class DataRules implements StatementRules {

	@Override
	public void look(SqlStatement statement, ReviewedScript script) {
		if (script.isNew(Tables.written(statement)) && !fills(statement.tokens())) {
			return;
		}
		CreateTable created = CreateTable.of(statement);
		boolean moves = statement.startsWith("UPDATE") || statement.startsWith("MERGE")
				|| (statement.startsWith("DELETE") && script.isContracting())
				|| (statement.startsWith("INSERT") && fills(statement.tokens()))
				|| (created != null && created.query() && fills(statement.tokens()))
				|| (statement.startsWith("WITH") && writes(statement.tokens()));
		if (moves) {
			script.add(ReviewRule.BACKFILL, statement, "-- let a plan copy the rows, by its 'mapping' and 'filter'");
		}
	}

	private static boolean fills(SqlTokens tokens) {
		return tokens.mentions("SELECT") && tokens.mentions("FROM");
	}

	private static boolean writes(SqlTokens tokens) {
		return tokens.mentions("UPDATE") || tokens.mentions("INSERT") || tokens.mentions("DELETE")
				|| tokens.mentions("MERGE");
	}

}
