package dev.parallelchange.migration.script.sql;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The definition of a constraint.
 *
 * @param kind what it demands
 * @param name its name; {@code null} if none is stated
 * @param columns its columns, as far as they are stated
 * @param referenced the table that a foreign key refers to; {@code null} for others
 * @param referencedColumns the columns that a foreign key refers to, as far as they are
 * stated
 * @param tokens the tokens behind the name
 */
public record ConstraintDefinition(Kind kind, @Nullable SqlName name, List<String> columns,
		@Nullable SqlName referenced, List<String> referencedColumns, SqlTokens tokens) {

	public ConstraintDefinition {
		columns = List.copyOf(columns);
		referencedColumns = List.copyOf(referencedColumns);
	}

	static boolean startsConstraint(SqlTokens tokens) {
		return kind(tokens) != null || tokens.startsWith("CONSTRAINT") || tokens.startsWith("INDEX")
				|| tokens.startsWith("KEY") || tokens.startsWith("PARTITION");
	}

	static @Nullable ConstraintDefinition of(SqlTokens tokens) {
		SqlReader reader = new SqlReader(tokens);
		SqlName name = reader.accept("CONSTRAINT") ? reader.name() : null;
		SqlTokens rest = reader.rest();
		Kind kind = kind(rest);
		if (kind == null) {
			return null;
		}
		SqlTokens list = rest.parenthesized();
		List<String> columns = (list != null && kind != Kind.CHECK && kind != Kind.EXCLUDE) ? list.names() : List.of();
		if (kind != Kind.FOREIGN_KEY) {
			return new ConstraintDefinition(kind, name, columns, null, List.of(), rest);
		}
		int start = Math.max(0, rest.indexOf("REFERENCES"));
		ConstraintDefinition key = foreignKey(columns, rest.from(start));
		return new ConstraintDefinition(kind, name, columns, key.referenced(), key.referencedColumns(), rest);
	}

	static ConstraintDefinition foreignKey(List<String> columns, SqlTokens references) {
		SqlReader reader = new SqlReader(references.from(1));
		SqlName table = reader.name();
		SqlTokens list = reader.rest().startsWith("(") ? reader.rest().parenthesized() : null;
		return new ConstraintDefinition(Kind.FOREIGN_KEY, null, columns, table,
				(list != null) ? list.names() : List.of(), references);
	}

	private static @Nullable Kind kind(SqlTokens tokens) {
		for (Kind kind : Kind.values()) {
			if (tokens.startsWith(kind.name().split("_"))) {
				return kind;
			}
		}
		return null;
	}

	/**
	 * Return whether rows that exist are not looked at.
	 * @return {@code true} for {@code NOT VALID}
	 */
	public boolean isNotValid() {
		return this.tokens.contains("NOT", "VALID");
	}

	/** What a constraint demands; the names are its keywords. */
	public enum Kind {

		/** A condition. */
		CHECK,

		/** A row in another table. */
		FOREIGN_KEY,

		/** Unique values. */
		UNIQUE,

		/** Unique values, never null. */
		PRIMARY_KEY,

		/** No two rows that collide. */
		EXCLUDE,

		/** A value. */
		NOT_NULL

	}

}
