package dev.parallelchange.migration.job;

import java.util.Map;

import dev.parallelchange.migration.MigrationTable;

/**
 * Reads tables of the application's database.
 */
public interface LiveTables {

	/**
	 * Read a table.
	 * @param name its name, optionally qualified by a schema; parts may be quoted
	 * @return the table with a key that a plan can use
	 * @throws IllegalArgumentException if there is no such table, or it has no such key
	 */
	LiveTable read(String name);

	/**
	 * A table.
	 *
	 * @param table the table
	 * @param primaryKey whether its key is its primary key, which need not be named
	 * @param collations how columns are sorted that are not sorted as their type is, in
	 * SQL by the columns' names
	 */
	record LiveTable(MigrationTable table, boolean primaryKey, Map<String, String> collations) {

		public LiveTable {
			collations = Map.copyOf(collations);
		}

	}

}
