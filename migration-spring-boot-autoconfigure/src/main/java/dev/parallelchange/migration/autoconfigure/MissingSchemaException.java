package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.Locale;

import dev.parallelchange.migration.jdbc.MigrationSchema;

import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Thrown when the library's own tables do not exist and must not be created.
 */
class MissingSchemaException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String fix;

	MissingSchemaException(List<String> tables, DatabaseInitializationMode mode, String prefix) {
		super("The migration tables %s do not exist, and 'migration.initialize-schema' is '%s'".formatted(tables,
				mode.name().toLowerCase(Locale.ROOT)));
		this.fix = "Run '%s' with '%s' for %%PREFIX%% and '%s' for %%INDEX_PREFIX%%, or set 'migration.initialize-schema' to 'always'"
			.formatted(MigrationSchema.SCRIPT, prefix, prefix.substring(prefix.indexOf('.') + 1));
	}

	String getFix() {
		return this.fix;
	}

}
