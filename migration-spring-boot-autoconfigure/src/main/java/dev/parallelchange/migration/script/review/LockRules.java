package dev.parallelchange.migration.script.review;

import dev.parallelchange.migration.script.sql.AlterTable;
import dev.parallelchange.migration.script.sql.SqlName;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlTokens;
import org.jspecify.annotations.Nullable;

/**
 * Strong locks are held for a moment only.
 */
final class LockRules implements StatementRules {

	@Override
	public void look(SqlStatement statement, ReviewedScript script) {
		if (statement.startsWith("VACUUM") && statement.tokens().mentions("FULL")) {
			script.add(ReviewRule.FULL_LOCK, statement, "-- use pg_repack or pg_squeeze");
		}
		else if (statement.startsWith("CLUSTER") || statement.startsWith("LOCK")) {
			script.add(ReviewRule.FULL_LOCK, statement, "-- leave it out; to cluster a table use pg_repack");
		}
		else if (statement.startsWith("REFRESH") && !statement.tokens().contains("CONCURRENTLY")) {
			script.add(ReviewRule.FULL_LOCK, statement,
					statement.with(statement.tokens().all().get(2), " concurrently"));
		}
		AlterTable alter = AlterTable.of(statement);
		if (alter != null && !script.isNew(alter.table())) {
			alter.actions().forEach((action) -> altered(action, statement, script));
		}
		SqlName held = held(statement, script);
		if (held != null && disturbs(statement, held, script)) {
			script.add(ReviewRule.STATEMENTS_AFTER_LOCK, statement,
					"-- in a script of its own, since %s is locked before:\n%s".formatted(held, statement.sql()));
		}
	}

	private static void altered(SqlTokens action, SqlStatement statement, ReviewedScript script) {
		if (action.startsWith("DETACH", "PARTITION") && !action.contains("CONCURRENTLY")
				&& !action.contains("FINALIZE")) {
			script.add(ReviewRule.DETACH_PARTITION, statement, statement.sql() + " concurrently");
		}
		else if (action.startsWith("SET", "TABLESPACE") || action.startsWith("SET", "LOGGED")
				|| action.startsWith("SET", "UNLOGGED") || action.startsWith("SET", "ACCESS", "METHOD")) {
			script.add(ReviewRule.FULL_LOCK, statement, "-- use pg_repack, or a new table and a plan");
		}
	}

	/**
	 * The table in use that a statement before has locked.
	 */
	private static @Nullable SqlName held(SqlStatement statement, ReviewedScript script) {
		return script.before(statement)
			.stream()
			.map(Tables::strongly)
			.filter((table) -> table != null && !script.isNew(table))
			.findFirst()
			.orElse(null);
	}

	private static boolean disturbs(SqlStatement statement, SqlName held, ReviewedScript script) {
		if (statement.isOutsideTransaction() || isValidation(statement)) {
			return false;
		}
		SqlName locked = Tables.strongly(statement);
		SqlName written = Tables.written(statement);
		return (locked != null && !locked.matches(held) && !script.isNew(locked))
				|| (written != null && !script.isNew(written)) || statement.startsWith("SELECT")
				|| statement.startsWith("WITH");
	}

	/**
	 * It has a rule of its own.
	 */
	private static boolean isValidation(SqlStatement statement) {
		AlterTable alter = AlterTable.of(statement);
		return alter != null && alter.actions().stream().anyMatch((action) -> action.startsWith("VALIDATE"));
	}

}
