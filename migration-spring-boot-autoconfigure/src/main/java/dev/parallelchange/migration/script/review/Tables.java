package dev.parallelchange.migration.script.review;

import dev.parallelchange.migration.script.sql.AlterTable;
import dev.parallelchange.migration.script.sql.ConstraintDefinition;
import dev.parallelchange.migration.script.sql.CreateIndex;
import dev.parallelchange.migration.script.sql.SqlName;
import dev.parallelchange.migration.script.sql.SqlReader;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlTokens;
import org.jspecify.annotations.Nullable;

/**
 * The tables that statements lock or write.
 */
final class Tables {

	private Tables() {
	}

	/**
	 * The table that nobody can use until the statement's transaction ends.
	 */
	static @Nullable SqlName strongly(SqlStatement statement) {
		AlterTable alter = AlterTable.of(statement);
		if (alter != null) {
			return alter.actions().stream().allMatch(Tables::isWeak) ? null : alter.table();
		}
		SqlReader reader = new SqlReader(statement.tokens());
		if (reader.accept("DROP", "TABLE")) {
			reader.accept("IF", "EXISTS");
			return reader.name();
		}
		if (reader.accept("TRUNCATE") || reader.accept("LOCK")) {
			reader.accept("TABLE");
			reader.accept("ONLY");
			return reader.name();
		}
		return null;
	}

	private static boolean isWeak(SqlTokens action) {
		ConstraintDefinition constraint = AlterTable.addedConstraint(action);
		return action.startsWith("VALIDATE") || action.startsWith("ATTACH") || action.startsWith("CLUSTER")
				|| action.contains("CONCURRENTLY") || action.contains("SET", "STATISTICS")
				|| (constraint != null && constraint.kind() == ConstraintDefinition.Kind.FOREIGN_KEY);
	}

	/**
	 * The table whose rows a statement writes or reads at length.
	 */
	static @Nullable SqlName written(SqlStatement statement) {
		SqlReader reader = new SqlReader(statement.tokens());
		if (reader.accept("UPDATE")) {
			reader.accept("ONLY");
			return reader.name();
		}
		if (reader.accept("INSERT", "INTO") || reader.accept("DELETE", "FROM") || reader.accept("MERGE", "INTO")) {
			reader.accept("ONLY");
			return reader.name();
		}
		CreateIndex index = CreateIndex.of(statement);
		if (index != null) {
			return index.table();
		}
		AlterTable alter = AlterTable.of(statement);
		return (alter != null && alter.actions().stream().anyMatch((action) -> action.startsWith("VALIDATE")))
				? alter.table() : null;
	}

}
