package dev.parallelchange.migration.jdbc.rehearse;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.RehearsalFinding.Sample;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Rows that are wrong.
 *
 * @param count how many
 * @param samples some of them
 */
record Offenders(long count, List<Sample> samples) {

	static final int SAMPLES = 10;

	private static final String QUERY = """
			with found as materialized (%s)
			select count(*) over () as found, key, left(value, 200) as value from found order by key limit %d""";

	/**
	 * Count the rows of a query and read some.
	 * @param query a query for {@code key} and {@code value} as texts
	 */
	static Offenders of(JdbcTemplate template, String query) {
		List<Sample> samples = new ArrayList<>();
		long[] count = new long[1];
		template.query(QUERY.formatted(query, SAMPLES), (rs) -> {
			count[0] = rs.getLong("found");
			samples.add(new Sample(rs.getString("key"), rs.getString("value")));
		});
		return new Offenders(count[0], samples);
	}

}
