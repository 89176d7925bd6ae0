package dev.parallelchange.migration.script.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The definition of a column.
 *
 * @param name the column's name
 * @param type its type as written, in lower case
 * @param attributes what follows the type
 */
public record ColumnDefinition(SqlName name, String type, SqlTokens attributes) {

	private static final Set<String> ATTRIBUTES = Set.of("NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "REFERENCES",
			"CHECK", "CONSTRAINT", "COLLATE", "GENERATED", "STORAGE", "COMPRESSION", "COMMENT", "AUTO_INCREMENT",
			"FIRST", "AFTER", "AS", "KEY", "VISIBLE", "INVISIBLE", "ON", "USING");

	static @Nullable ColumnDefinition of(SqlTokens tokens) {
		SqlReader reader = new SqlReader(tokens);
		SqlName name = reader.name();
		if (name == null) {
			return null;
		}
		SqlTokens rest = reader.rest();
		int end = typeEnd(rest);
		return new ColumnDefinition(name, type(new SqlTokens(rest.all().subList(0, end))), rest.from(end));
	}

	/**
	 * Return a type in the words of the script.
	 * @param tokens the tokens of the type
	 * @return lower case, with single spaces
	 */
	static String type(SqlTokens tokens) {
		return tokens.sql().toLowerCase(Locale.ROOT).replaceAll("\\s*([(),])\\s*", "$1").replaceAll("\\s+", " ");
	}

	/**
	 * Read the type at the beginning of tokens.
	 * @param tokens the tokens
	 * @return the type
	 */
	public static String typeAt(SqlTokens tokens) {
		return type(new SqlTokens(tokens.all().subList(0, typeEnd(tokens))));
	}

	private static int typeEnd(SqlTokens tokens) {
		int depth = 0;
		List<SqlToken> all = tokens.all();
		for (int i = 0; i < all.size(); i++) {
			String word = all.get(i).text().toUpperCase(Locale.ROOT);
			if (depth == 0 && all.get(i).kind() == SqlToken.Kind.WORD && ATTRIBUTES.contains(word)) {
				return i;
			}
			depth += all.get(i).is("(") ? 1 : all.get(i).is(")") ? -1 : 0;
		}
		return all.size();
	}

	/**
	 * Return the expression of the default.
	 * @return its tokens; {@code null} if there is no default, or the default is null
	 */
	public @Nullable SqlTokens defaultExpression() {
		int start = this.attributes.indexOf("DEFAULT");
		if (start < 0) {
			return null;
		}
		List<SqlToken> expression = new ArrayList<>();
		int depth = 0;
		for (SqlToken token : this.attributes.from(start + 1).all()) {
			String word = token.text().toUpperCase(Locale.ROOT);
			boolean attribute = token.kind() == SqlToken.Kind.WORD && ATTRIBUTES.contains(word);
			if (depth == 0 && attribute && !expression.isEmpty()) {
				break;
			}
			depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
			expression.add(token);
		}
		SqlTokens tokens = new SqlTokens(expression);
		return tokens.startsWith("NULL") ? null : tokens;
	}

	/**
	 * Return the foreign key of the column.
	 * @return the constraint; {@code null} if there is none
	 */
	public @Nullable ConstraintDefinition foreignKey() {
		int start = this.attributes.indexOf("REFERENCES");
		return (start < 0) ? null
				: ConstraintDefinition.foreignKey(List.of(this.name.simple()), this.attributes.from(start));
	}

	/**
	 * Return whether the database fills the column by itself.
	 * @return {@code true} for serial types, identities and generated columns
	 */
	public boolean isFilled() {
		return this.type.matches("(small|big)?serial[248]?") || this.attributes.contains("GENERATED")
				|| this.attributes.contains("AUTO_INCREMENT");
	}

}
