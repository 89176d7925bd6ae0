package dev.parallelchange.migration;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.util.Assert;

/**
 * What the target refuses when all of its rows are there, and not before.
 *
 * @param notNull columns that need a value
 * @param checks conditions over the target's columns, by the constraints' names
 * @param foreignKeys references, by the constraints' names
 * @param unique columns that are unique together, by the indexes' names
 */
public record FinishSettings(List<String> notNull, Map<String, String> checks, Map<String, ForeignKey> foreignKeys,
		Map<String, List<String>> unique) {

	/** Nothing besides what the target refuses from the beginning. */
	public static final FinishSettings NONE = new FinishSettings(List.of(), Map.of(), Map.of(), Map.of());

	public FinishSettings {
		notNull = List.copyOf(notNull);
		checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
		foreignKeys = Collections.unmodifiableMap(new LinkedHashMap<>(foreignKeys));
		unique = Collections.unmodifiableMap(new LinkedHashMap<>(unique));
	}

	/**
	 * Return whether there is nothing to do.
	 * @return {@code true} if all parts are empty
	 */
	public boolean isEmpty() {
		return this.notNull.isEmpty() && this.checks.isEmpty() && this.foreignKeys.isEmpty() && this.unique.isEmpty();
	}

	/**
	 * A reference to another table.
	 *
	 * @param columns the target's columns
	 * @param table the table that they refer to
	 * @param references its columns; empty for columns of the same names
	 */
	public record ForeignKey(List<String> columns, String table, List<String> references) {

		public ForeignKey {
			Assert.notEmpty(columns, "'columns' must not be empty");
			Assert.hasText(table, "'table' must not be empty");
			columns = List.copyOf(columns);
			references = references.isEmpty() ? columns : List.copyOf(references);
		}

	}

}
