package dev.parallelchange.migration.jdbc;

import org.springframework.util.Assert;

/**
 * The names of the library's own tables.
 *
 * @param prefix the prefix of each name, optionally with a schema, such as
 * {@code migration_} or {@code ops.migration_}
 */
public record MigrationTables(String prefix) {

	/** The prefix that applies where nothing else is said. */
	public static final String DEFAULT_PREFIX = "migration_";

	public MigrationTables {
		Assert.isTrue(prefix.matches("([A-Za-z_][A-Za-z0-9_]*\\.)?[A-Za-z_][A-Za-z0-9_]*"),
				() -> "Table prefix '%s' must consist of letters, digits and underscores, with at most one schema"
					.formatted(prefix));
	}

	/**
	 * Replace {@code %PREFIX%} in a statement by the prefix, and {@code %INDEX_PREFIX%}
	 * by the prefix without its schema.
	 * @param statement the statement
	 * @return the statement with the names of the tables
	 */
	public String in(String statement) {
		return statement.replace("%PREFIX%", this.prefix)
			.replace("%INDEX_PREFIX%", this.prefix.substring(this.prefix.indexOf('.') + 1));
	}

}
