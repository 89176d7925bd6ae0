package dev.parallelchange.migration.script.review;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a review has to know of the tables as they are.
 */
public interface Catalog {

	/** Knows no table. */
	Catalog EMPTY = new Catalog() {

		@Override
		public boolean hasTable(String table) {
			return false;
		}

		@Override
		public @Nullable String columnType(String table, @Nullable String column) {
			return null;
		}

		@Override
		public boolean hasIndex(String table, List<String> columns) {
			return false;
		}

	};

	/**
	 * Return whether there is a table.
	 * @param table the table's name, as in SQL
	 * @return {@code true} if it exists
	 */
	boolean hasTable(String table);

	/**
	 * Return the type of a column.
	 * @param table the table's name, as in SQL
	 * @param column the column's name, unquoted; {@code null} for the only column of the
	 * primary key
	 * @return the full type, such as {@code character varying(20)}; {@code null} if there
	 * is no such column
	 */
	@Nullable String columnType(String table, @Nullable String column);

	/**
	 * Return whether an index serves to find rows by columns.
	 * @param table the table's name, as in SQL
	 * @param columns the columns, unquoted, in any order
	 * @return {@code true} if a valid index begins with them
	 */
	boolean hasIndex(String table, List<String> columns);

}
