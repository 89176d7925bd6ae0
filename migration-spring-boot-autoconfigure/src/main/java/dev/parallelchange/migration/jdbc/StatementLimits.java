package dev.parallelchange.migration.jdbc;

import dev.parallelchange.migration.SafetySettings;

/**
 * Limits for the statements of the thread's transaction.
 */
public final class StatementLimits {

	private static final String SET_LOCAL = """
			select set_config('lock_timeout', :lock, true), set_config('statement_timeout', :statement, true)""";

	private StatementLimits() {
	}

	public static void apply(MigrationDatabase database, SafetySettings safety) {
		database.sql(SET_LOCAL)
			.param("lock", safety.lockTimeout().toMillis() + "ms")
			.param("statement", safety.statementTimeout().toMillis() + "ms")
			.query()
			.listOfRows();
	}

}
