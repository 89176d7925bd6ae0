package dev.parallelchange.migration.script.sql;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A statement that creates an index.
 *
 * @param name the index; {@code null} if the database chooses its name
 * @param table the table
 * @param columns the columns that it begins with, up to the first expression
 * @param unique whether it is unique
 * @param concurrently whether it is built concurrently
 * @param ifNotExists whether an index of that name is no failure
 * @param partial whether it leaves rows out
 */
public record CreateIndex(@Nullable SqlName name, SqlName table, List<String> columns, boolean unique,
		boolean concurrently, boolean ifNotExists, boolean partial) {

	public CreateIndex {
		columns = List.copyOf(columns);
	}

	/**
	 * Read a statement.
	 * @param statement the statement
	 * @return its parts; {@code null} if it is another statement
	 */
	public static @Nullable CreateIndex of(SqlStatement statement) {
		SqlReader reader = new SqlReader(statement.tokens());
		if (!reader.accept("CREATE")) {
			return null;
		}
		boolean unique = reader.accept("UNIQUE") || reader.accept("FULLTEXT") || reader.accept("SPATIAL");
		if (!reader.accept("INDEX")) {
			return null;
		}
		boolean concurrently = reader.accept("CONCURRENTLY");
		boolean ifNotExists = reader.accept("IF", "NOT", "EXISTS");
		SqlName name = reader.rest().startsWith("ON") ? null : reader.name();
		if (!reader.accept("ON")) {
			return null;
		}
		reader.accept("ONLY");
		SqlName table = reader.name();
		SqlTokens list = reader.rest().parenthesized();
		return (table != null) ? new CreateIndex(name, table, (list != null) ? list.names() : List.of(), unique,
				concurrently, ifNotExists, reader.rest().contains("WHERE")) : null;
	}

}
