package dev.parallelchange.migration.backfill;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;

/**
 * What an exception says about a chunk.
 *
 * @param kind what can be done about it
 * @param error the database's message
 * @param publicError the message without values of rows, for logs and events
 */
record CopyFailure(Kind kind, String error, String publicError) {

	static CopyFailure of(Throwable ex) {
		SQLException cause = sqlException(ex);
		String state = (cause != null && cause.getSQLState() != null) ? cause.getSQLState() : "";
		String error = firstLine((cause != null) ? cause : ex);
		// An exception without code comes from the driver or the pool, not the database.
		return new CopyFailure((cause != null && state.isEmpty()) ? Kind.TRANSIENT : kind(state, ex), error,
				withoutValues(state, error));
	}

	private static Kind kind(String state, Throwable ex) {
		if (state.equals("57014")) {
			return Kind.TIMEOUT;
		}
		if (state.startsWith("22") || state.startsWith("23") || state.startsWith("21") || state.startsWith("P0")) {
			return Kind.DATA;
		}
		if (state.startsWith("40") || state.startsWith("08") || state.startsWith("53") || state.startsWith("57P")
				|| state.equals("55P03") || state.equals("55006") || isTransient(ex)) {
			return Kind.TRANSIENT;
		}
		return Kind.OTHER;
	}

	private static boolean isTransient(Throwable ex) {
		return ex instanceof TransientDataAccessException || ex instanceof RecoverableDataAccessException
				|| (ex.getCause() != null && isTransient(ex.getCause()));
	}

	private static @Nullable SQLException sqlException(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sqlException) {
				return sqlException;
			}
		}
		return null;
	}

	private static String firstLine(Throwable ex) {
		String message = (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getName();
		return message.lines().findFirst().orElse(message).replaceFirst("^ERROR: ", "");
	}

	// Names of constraints may be shown; what other messages quote are mostly values.
	private static String withoutValues(String state, String error) {
		if (state.startsWith("P0")) {
			return "an error was raised (SQLSTATE " + state + ")";
		}
		return state.startsWith("22") ? error.replaceAll("\"[^\"]*\"", "\"…\"") : error;
	}

	/**
	 * What can be done about a failure.
	 */
	enum Kind {

		/** It may work when it is tried again. */
		TRANSIENT,

		/** A smaller chunk may do. */
		TIMEOUT,

		/** Some rows cannot be written. */
		DATA,

		/** Somebody has to look at it. */
		OTHER

	}

}
