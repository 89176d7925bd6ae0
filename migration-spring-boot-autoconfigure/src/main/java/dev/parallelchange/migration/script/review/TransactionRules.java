package dev.parallelchange.migration.script.review;

import java.util.List;

import dev.parallelchange.migration.script.sql.SqlStatement;

/**
 * The runner keeps the transaction and its limits.
 */
final class TransactionRules implements StatementRules {

	private static final List<String> TRANSACTION = List.of("BEGIN", "COMMIT", "ROLLBACK", "END", "ABORT", "SAVEPOINT",
			"RELEASE");

	private static final List<String> OPAQUE = List.of("DO", "CALL", "EXECUTE", "PREPARE");

	@Override
	public void look(SqlStatement statement, ReviewedScript script) {
		if (TRANSACTION.stream().anyMatch(statement::startsWith) || statement.startsWith("START", "TRANSACTION")) {
			script.add(ReviewRule.OWN_TRANSACTION, statement, "-- leave it out: each script is a transaction");
		}
		else if (isSetting(statement)) {
			script.add(ReviewRule.SESSION_SETTING, statement,
					"-- leave it out, and use safety.lock-timeout and safety.statement-timeout of the plan");
		}
		else if (OPAQUE.stream().anyMatch(statement::startsWith) || isCopy(statement)) {
			script.add(ReviewRule.OPAQUE, statement, "-- write the statements themselves");
		}
		else if (statement.isOutsideTransaction() && hasOthers(script)) {
			script.add(ReviewRule.CONCURRENTLY_IN_TRANSACTION, statement,
					"-- in a script of its own:\n" + statement.sql());
		}
		else if (statement.startsWith("ALTER", "TYPE") && statement.tokens().contains("ADD", "VALUE")
				&& !statement.tokens().contains("IF", "NOT", "EXISTS")) {
			script.add(ReviewRule.NOT_REPEATABLE, statement, statement
				.with(statement.tokens().all().get(statement.tokens().indexOf("ADD", "VALUE") + 1), " if not exists"));
		}
	}

	private static boolean isSetting(SqlStatement statement) {
		if (statement.startsWith("RESET") || statement.startsWith("DISCARD")) {
			return true;
		}
		if (!statement.startsWith("SET")) {
			return false;
		}
		boolean local = statement.startsWith("SET", "LOCAL");
		return !local || statement.tokens().contains("lock_timeout")
				|| statement.tokens().contains("statement_timeout");
	}

	private static boolean isCopy(SqlStatement statement) {
		return statement.startsWith("COPY") && statement.tokens().contains("FROM");
	}

	private static boolean hasOthers(ReviewedScript script) {
		return script.script().statements().stream().anyMatch((other) -> !other.isOutsideTransaction());
	}

}
