package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * A column as the database's catalogue describes it.
 *
 * @param name the name, unquoted
 * @param type the full type, such as {@code character varying(20)}
 * @param baseType the type without its length or precision, such as
 * {@code character varying}
 * @param nullable whether the column accepts null
 * @param defaultExpression the default; {@code null} if there is none
 * @param generated whether the database alone computes the value
 * @param identity whether the value comes from an identity or an owned sequence
 * @param comparableDirectly whether the type's equality tells all values apart; otherwise
 * values are compared as text
 * @param portableType the full type that carries the values to another database: of a
 * domain the type below it, {@code text} for what the other database may not know
 */
public record TableColumn(String name, String type, String baseType, boolean nullable,
		@Nullable String defaultExpression, boolean generated, boolean identity, boolean comparableDirectly,
		String portableType) {

	/**
	 * Return whether a row can be inserted without a value for this column.
	 * @return {@code true} if the column has a default, is generated or accepts null
	 */
	public boolean isOptional() {
		return this.nullable || this.defaultExpression != null || this.generated || this.identity;
	}

	/**
	 * Return the name for use in SQL.
	 * @return the quoted name
	 */
	public String sql() {
		return MigrationTable.quote(this.name);
	}

}
