package dev.parallelchange.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * One side of a plan as declared.
 *
 * @param table the table's name, optionally qualified by a schema; parts may be quoted
 * @param key the columns that identify a row; empty to derive them
 * @param dataSource the name of the {@code DataSource} bean; {@code null} for the default
 * @param sequence the sequence that the application takes keys from; {@code null} for the
 * one that the database knows, {@code none} if keys cannot meet those of the other side
 */
public record TableReference(String table, List<String> key, @Nullable String dataSource, @Nullable String sequence) {

	public TableReference {
		Assert.hasText(table, "'table' must not be empty");
		key = List.copyOf(key);
	}

	public TableReference(String table, List<String> key, @Nullable String dataSource) {
		this(table, key, dataSource, null);
	}

	/**
	 * Refer to a table of the default {@code DataSource} whose key is derived.
	 * @param table the table's name
	 * @return the reference
	 */
	public static TableReference of(String table) {
		return new TableReference(table, List.of(), null);
	}

	/**
	 * Use the table of another database.
	 * @param dataSource the name of the {@code DataSource} bean
	 * @return a new reference
	 */
	public TableReference in(String dataSource) {
		return new TableReference(this.table, this.key, dataSource, this.sequence);
	}

	/**
	 * Use the given key columns instead of derived ones.
	 * @param columns the key columns in order
	 * @return a new reference
	 */
	public TableReference withKey(String... columns) {
		return new TableReference(this.table, List.of(columns), this.dataSource, this.sequence);
	}

	/**
	 * Name the sequence that the application takes keys from.
	 * @param sequence the sequence's name, optionally qualified by a schema
	 * @return a new reference
	 */
	public TableReference withSequence(String sequence) {
		return new TableReference(this.table, this.key, this.dataSource, sequence);
	}

}
