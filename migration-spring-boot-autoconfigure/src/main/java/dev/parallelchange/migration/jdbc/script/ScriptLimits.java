package dev.parallelchange.migration.jdbc.script;

import java.time.Duration;

import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.script.sql.SqlStatement;

/**
 * How long a script's statements wait for locks, and run.
 *
 * @param lock the longest wait for a lock; zero for none
 * @param statement the longest run; zero for none
 */
record ScriptLimits(Duration lock, Duration statement) {

	/**
	 * An index that is built concurrently waits for old transactions, but nobody waits
	 * for it; a timeout would only leave an invalid index behind. A validation is as long
	 * as its table, and nobody waits for it either.
	 */
	static ScriptLimits of(SqlScript script, SafetySettings safety) {
		boolean alone = script.statements().stream().allMatch(SqlStatement::isConcurrentIndex);
		boolean unhurried = script.statements().stream().allMatch(ScriptLimits::isUnhurried);
		return new ScriptLimits(alone ? Duration.ZERO : safety.lockTimeout(),
				unhurried ? Duration.ZERO : safety.statementTimeout());
	}

	private static boolean isUnhurried(SqlStatement statement) {
		return statement.isOutsideTransaction()
				|| (statement.startsWith("ALTER", "TABLE") && statement.tokens().contains("VALIDATE", "CONSTRAINT"));
	}

}
