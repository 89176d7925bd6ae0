package dev.parallelchange.chaos.load;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;

/**
 * What an exception means to a caller.
 */
enum Failure {

	/** The row that was to be inserted is there. */
	DUPLICATE,

	/** The transaction is rolled back, and can be tried again. */
	ROLLED_BACK,

	/** The connection is gone; the transaction can be tried again. */
	DISCONNECTED,

	/** Something that a caller should not see. */
	UNEXPECTED;

	static Failure of(Throwable exception) {
		if (has(exception, DuplicateKeyException.class)) {
			return DUPLICATE;
		}
		String state = causes(exception).filter(SQLException.class::isInstance)
			.map((cause) -> ((SQLException) cause).getSQLState())
			.filter((found) -> found != null)
			.findFirst()
			.orElse("");
		if (state.startsWith("40") || state.equals("55P03")) {
			return ROLLED_BACK;
		}
		if (state.startsWith("08") || state.startsWith("57P") || state.startsWith("53") || isClosed(exception)) {
			return DISCONNECTED;
		}
		return has(exception, TransientDataAccessException.class) ? ROLLED_BACK : UNEXPECTED;
	}

	private static boolean isClosed(Throwable exception) {
		return has(exception, SQLTransientException.class) || has(exception, SQLRecoverableException.class)
				|| has(exception, RecoverableDataAccessException.class)
				|| causes(exception).anyMatch((cause) -> cause instanceof SQLException
						&& Optional.ofNullable(cause.getMessage()).orElse("").contains("closed"));
	}

	private static boolean has(Throwable exception, Class<? extends Throwable> type) {
		return causes(exception).anyMatch(type::isInstance);
	}

	private static Stream<Throwable> causes(@Nullable Throwable exception) {
		return Stream.iterate(exception, (cause) -> cause != null, (cause) -> cause.getCause());
	}

}
