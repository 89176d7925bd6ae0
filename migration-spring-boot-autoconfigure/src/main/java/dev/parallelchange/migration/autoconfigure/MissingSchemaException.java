package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.Locale;

import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.MigrationSchema;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Thrown when the library's own tables do not exist and must not be created.
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
		super("The migration tables %s do not exist, and %s".formatted(tables, reason), cause);
		this.fix = "Run '%s' with '%s' for %%PREFIX%% and '%s' for %%INDEX_PREFIX%%, or %s"
			.formatted(MigrationSchema.SCRIPT, prefix, prefix.substring(prefix.indexOf('.') + 1), otherFix);
	}

	String getFix() {
		return this.fix;
	}

}
