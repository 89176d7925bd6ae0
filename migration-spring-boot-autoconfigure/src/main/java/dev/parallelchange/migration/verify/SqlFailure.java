package dev.parallelchange.migration.verify;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.CannotCreateTransactionException;

/**
 * What a failed statement tells about its cause.
 */
final class SqlFailure {

	private SqlFailure() {
	}

	/**
	 * The same statement may succeed a moment later.
	 */
	static boolean isTransient(Throwable failure) {
		String state = state(failure);
		return state.equals("40001") || state.equals("40P01") || state.equals("55P03") || state.startsWith("57P0")
				|| state.startsWith("08") || failure instanceof CannotCreateTransactionException;
	}

	/**
	 * A row's values are to blame.
	 */
	static boolean isData(Throwable failure) {
		String state = state(failure);
		return state.startsWith("22") || state.startsWith("23") || state.startsWith("44") || state.startsWith("P0");
	}

	/**
	 * The statement was cancelled since it took too long.
	 */
	static boolean isTimeout(Throwable failure) {
		return state(failure).equals("57014");
	}

	/**
	 * The first line of the database's message; what follows may show the row.
	 */
	static String message(Throwable failure) {
		SQLException cause = sqlException(failure);
		String message = String.valueOf((cause != null) ? cause.getMessage() : failure.getMessage());
		return message.lines().findFirst().orElse(failure.getClass().getSimpleName());
	}

	private static String state(Throwable failure) {
		SQLException cause = sqlException(failure);
		return (cause != null && cause.getSQLState() != null) ? cause.getSQLState() : "";
	}

	private static @Nullable SQLException sqlException(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sqlException) {
				return sqlException;
			}
		}
		return null;
	}

}
