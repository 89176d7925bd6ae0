package dev.parallelchange.migration.jdbc;

/**
 * A share of a table's pages, for {@code tablesample system}.
 */
public final class TableSample {

	private static final String SIZE = """
			select (select count(*) from (select from %s limit :limit) as first_rows) as counted,
				(select greatest(reltuples, pg_relation_size(oid) / 200) from pg_class where oid = to_regclass(:table))
					as estimated""";

	private TableSample() {
	}

	/**
	 * Return the share, in per cent, of the pages that have a number of rows, and all
	 * where there are no more.
	 * @param database the table's database
	 * @param table the table's quoted name
	 * @param rows the number of rows
	 * @param times how many times as many pages to take
	 * @return the share; 100 for a table that has no more rows
	 */
	public static double percent(MigrationDatabase database, String table, long rows, double times) {
		return database.sql(SIZE.formatted(table))
			.param("limit", rows + 1)
			.param("table", table)
			.query((rs, row) -> (rs.getLong("counted") <= rows) ? 100
					: Math.min(99, 100 * times * rows / Math.max(rs.getDouble("estimated"), rows)))
			.single();
	}

}
