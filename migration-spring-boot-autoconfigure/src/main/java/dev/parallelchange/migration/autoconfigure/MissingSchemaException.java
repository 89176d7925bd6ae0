package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.Locale;

import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.MigrationSchema;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Thrown when the library's own tables do not exist, or not as they have to be, and the
 * library cannot change that.
 */
class MissingSchemaException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String fix;

	MissingSchemaException(List<String> tables, DatabaseInitializationMode mode, String prefix) {
		this(tables, "'migration.initialize-schema' is '%s'".formatted(mode.name().toLowerCase(Locale.ROOT)), prefix,
				"set 'migration.initialize-schema' to 'always'", null);
	}

	/**
	 * The database refuses to create the tables.
	 */
	MissingSchemaException(List<String> tables, String prefix, Throwable cause) {
		this(tables, "they cannot be created: " + StatementFailure.of(cause).error(), prefix,
				"let the application's role create tables in their schema", cause);
	}

	private MissingSchemaException(List<String> tables, String reason, String prefix, String otherFix,
			@Nullable Throwable cause) {
		this("The migration tables %s do not exist, and %s".formatted(tables, reason),
				"Run '%s' with '%s' for %%PREFIX%% and '%s' for %%INDEX_PREFIX%%, or %s".formatted(
						MigrationSchema.SCRIPT, prefix, prefix.substring(prefix.indexOf('.') + 1), otherFix),
				cause);
	}

	private MissingSchemaException(String message, String fix, @Nullable Throwable cause) {
		super(message, cause);
		this.fix = fix;
	}

	/**
	 * The tables are of an earlier version, and must not or cannot be altered.
	 */
	static MissingSchemaException outdated(List<String> statements, @Nullable Throwable cause) {
		return new MissingSchemaException(
				"The migration tables are of an earlier version of the starter, and %s"
					.formatted((cause != null) ? "cannot be altered: " + StatementFailure.of(cause).error()
							: "'migration.initialize-schema' does not let it add columns"),
				"Run as their owner: " + String.join("; ", statements), cause);
	}

	/**
	 * The tables exist, and are not for this role.
	 */
	static MissingSchemaException forbidden(String reason, @Nullable Throwable cause) {
		return new MissingSchemaException("The migration tables may not be used: " + reason,
				"Grant the application's role 'usage' on their schema, and 'select, insert, update, delete' on all of them",
				cause);
	}

	String getFix() {
		return this.fix;
	}

}
