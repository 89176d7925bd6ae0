package dev.parallelchange.migration.job;

import java.util.stream.Collectors;

import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.job.LiveTables.LiveTable;

/**
 * A plan as properties.
 *
 * @param names the names to use
 * @param live the source
 */
record ScaffoldPlan(ScaffoldNames names, LiveTable live) {

	private static final String TEXT = """
			# A plan for table %s. It copies columns of the same name; write what differs, and put it into
			# the application's configuration.
			migration:
			  plans:
			    %s:
			%s
			      # A target column that takes the values of a source column of another name:
			      # rename: { %s: other_name }
			      # Target columns that are computed, in SQL over the source's row:
			      # mapping:
			      #   other_name: upper(source.%s)
			      # Source columns that cannot be computed back by themselves, in SQL over both rows:
			      # reverse:
			      #   %s: target.other_name
			      # Rows that move, if not all do:
			      # filter: source.%s is not null
			""";

	String text() {
		String column = this.live.table().columns().get(this.live.table().columns().size() - 1).sql();
		return TEXT.formatted(this.live.table(), this.names.planId(), tables(), column, column, column, column);
	}

	/**
	 * A key that is not the primary key has to be named on both sides.
	 */
	private String tables() {
		String source = quote(this.names.source());
		String target = quote(this.names.target());
		if (this.live.primaryKey()) {
			return "      source: %s\n      target: %s".formatted(source, target);
		}
		String key = this.live.table()
			.key()
			.stream()
			.map(TableColumn::name)
			.map(ScaffoldPlan::quote)
			.collect(Collectors.joining(", ", "[", "]"));
		return "      source: { table: %s, key: %s }\n      target: { table: %s, key: %s }".formatted(source, key,
				target, key);
	}

	private static String quote(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

}
