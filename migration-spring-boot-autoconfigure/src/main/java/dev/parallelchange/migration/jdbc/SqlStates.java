package dev.parallelchange.migration.jdbc;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * What the database says by its error codes.
 */
public final class SqlStates {

	private static final String UNIQUE_VIOLATION = "23505";

	private static final String EXCLUSION_VIOLATION = "23P01";

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private SqlStates() {
	}

	public static boolean isUniqueViolation(Throwable ex) {
		return UNIQUE_VIOLATION.equals(state(ex));
	}

	/**
	 * Return whether a row cannot be there beside another one.
	 */
	public static boolean isCollision(Throwable ex) {
		return isUniqueViolation(ex) || EXCLUSION_VIOLATION.equals(state(ex));
	}

	/**
	 * Return whether the database user may not do what it was asked for.
	 * @param ex the failure
	 * @return whether it lacks a privilege
	 */
	public static boolean isInsufficientPrivilege(Throwable ex) {
		return INSUFFICIENT_PRIVILEGE.equals(state(ex));
	}

	private static @Nullable String state(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sqlException) {
				return sqlException.getSQLState();
			}
		}
		return null;
	}

}
