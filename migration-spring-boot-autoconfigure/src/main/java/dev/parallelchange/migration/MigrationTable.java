package dev.parallelchange.migration;

import java.util.List;
import java.util.Optional;

import org.springframework.util.Assert;

/**
 * One side of a plan as found in the database's catalogue.
 *
 * @param schema the schema's name, unquoted
 * @param name the table's name, unquoted
 * @param key the columns that identify a row, in order
 * @param columns all columns, in order
 */
public record MigrationTable(String schema, String name, List<TableColumn> key, List<TableColumn> columns) {

	public MigrationTable {
		Assert.notEmpty(key, "'key' must not be empty");
		key = List.copyOf(key);
		columns = List.copyOf(columns);
	}

	/**
	 * Return the qualified name for use in SQL.
	 * @return schema and table, quoted
	 */
	public String sql() {
		return quote(this.schema) + "." + quote(this.name);
	}

	/**
	 * Find a column.
	 * @param column the column's name, unquoted
	 * @return the column, if there is one of that name
	 */
	public Optional<TableColumn> column(String column) {
		return this.columns.stream().filter((candidate) -> candidate.name().equals(column)).findFirst();
	}

	/**
	 * Return whether this and the other are the same table.
	 * @param other the other table
	 * @return {@code true} if schema and name are equal
	 */
	public boolean isSameTable(MigrationTable other) {
		return this.schema.equals(other.schema) && this.name.equals(other.name);
	}

	@Override
	public String toString() {
		return this.schema + "." + this.name;
	}

	static String quote(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

}
