package dev.parallelchange.migration.jdbc;

/**
 * Limits of the statements that keep the library's own state, so that a lock that
 * somebody holds on it never holds up the runner.
 */
public final class BoundedStatements {

	private static final String LIMITS = """
			select set_config('lock_timeout', '2s', true), set_config('statement_timeout', '10s', true)""";

	private BoundedStatements() {
	}

	/**
	 * Apply the limits to the thread's transaction.
	 */
	public static void apply(MigrationDatabase database) {
		database.sql(LIMITS).query((row, number) -> number).list();
	}

}
