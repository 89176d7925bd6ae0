package dev.parallelchange.migration;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.util.Assert;

/**
 * What an exception says about the statement that failed.
 *
 * @param kind what can be done about it
 * @param error the first line of the database's message; what follows may show the row
 * @param publicError the message without values of rows, for logs and events
 * @param collision whether it is a serialization failure or a deadlock
 */
public record StatementFailure(Kind kind, String error, String publicError, boolean collision) {

	/**
	 * Judge an exception by the database's error code.
	 * @param ex the exception
	 * @return what it says
	 */
	public static StatementFailure of(Throwable ex) {
		Assert.notNull(ex, "'ex' must not be null");
		SQLException cause = sqlException(ex);
		String state = (cause != null && cause.getSQLState() != null) ? cause.getSQLState() : "";
		String error = firstLine((cause != null) ? cause : ex);
		// An exception without code comes from the driver or the pool, not the database.
		return new StatementFailure((cause != null && state.isEmpty()) ? Kind.TRANSIENT : kind(state, ex), error,
				withoutValues(state, error), state.startsWith("40"));
	}

	/**
	 * Return whether the same statement may succeed a moment later.
	 * @param ex the exception that it failed with
	 * @return {@code true} if it should be tried again
	 */
	public static boolean isTransient(Throwable ex) {
		return of(ex).kind() == Kind.TRANSIENT;
	}

	/**
	 * Return whether the failure says nothing about the statement itself.
	 * @return {@code true} if it took too long, or may work when it is tried again
	 */
	public boolean isPassing() {
		return this.kind == Kind.TRANSIENT || this.kind == Kind.TIMEOUT;
	}

	/**
	 * Return whether the statement can succeed for a part of its rows.
	 * @return {@code true} if rows are to blame, or their number
	 */
	public boolean isCuredByFewerRows() {
		return this.kind == Kind.DATA || this.kind == Kind.TIMEOUT;
	}

	/**
	 * Return whether other rows could have been written all the same: rows are to blame,
	 * or somebody has written them at the same time.
	 * @return {@code true} if the failure says nothing about other rows
	 */
	public boolean concernsItsRowsOnly() {
		return this.kind == Kind.DATA || this.collision;
	}

	private static Kind kind(String state, Throwable ex) {
		if (state.equals("57014")) {
			return Kind.TIMEOUT;
		}
		if (state.startsWith("22") || state.startsWith("23") || state.startsWith("21") || state.startsWith("44")
				|| state.startsWith("P0")) {
			return Kind.DATA;
		}
		if (state.startsWith("40") || state.startsWith("08") || state.startsWith("53") || state.startsWith("57P")
				|| state.equals("55P03") || state.equals("55006") || hasTransientCause(ex)) {
			return Kind.TRANSIENT;
		}
		return Kind.OTHER;
	}

	private static boolean hasTransientCause(Throwable ex) {
		return ex instanceof TransientDataAccessException || ex instanceof RecoverableDataAccessException
				|| ex instanceof CannotCreateTransactionException
				|| (ex.getCause() != null && hasTransientCause(ex.getCause()));
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
		return DatabaseMessage.withoutValues(state.startsWith("22") ? error.replaceAll("\"[^\"]*\"", "\"…\"") : error);
	}

	/**
	 * What can be done about a failure.
	 */
	public enum Kind {

		/** It may work when it is tried again. */
		TRANSIENT,

		/** It took too long; fewer rows may do. */
		TIMEOUT,

		/** Some rows cannot be written. */
		DATA,

		/** Somebody has to look at it. */
		OTHER

	}

}
