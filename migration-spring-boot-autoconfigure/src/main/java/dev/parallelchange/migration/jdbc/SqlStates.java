package dev.parallelchange.migration.jdbc;

import java.sql.SQLException;

/**
 * What the database says by its error codes.
 */
final class SqlStates {

	private static final String UNIQUE_VIOLATION = "23505";

	private SqlStates() {
	}

	static boolean isUniqueViolation(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sqlException) {
				return UNIQUE_VIOLATION.equals(sqlException.getSQLState());
			}
		}
		return false;
	}

}
