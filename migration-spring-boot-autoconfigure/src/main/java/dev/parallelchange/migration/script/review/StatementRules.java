package dev.parallelchange.migration.script.review;

import dev.parallelchange.migration.script.sql.SqlStatement;

/**
 * Rules about one subject.
 */
@FunctionalInterface
interface StatementRules {

	/**
	 * Look at a statement, and add what is found.
	 * @param statement the statement
	 * @param script the script that it is a part of
	 */
	void look(SqlStatement statement, ReviewedScript script);

}
