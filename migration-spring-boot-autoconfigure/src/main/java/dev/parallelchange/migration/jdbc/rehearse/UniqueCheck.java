package dev.parallelchange.migration.jdbc.rehearse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Finds values that the copy would bring twice, by grouping them as the target's unique
 * indexes do.
 */
final class UniqueCheck {

	private static final String INDEXES = """
			select c.relname as name, array(select pg_get_indexdef(i.indexrelid, position, true)
					from generate_series(1, i.indnkeyatts) as position) as expressions,
				array(select a.attname::text from pg_attribute a
					where a.attrelid = i.indrelid and a.attnum = any(i.indkey) order by a.attnum) as columns,
				pg_get_expr(i.indpred, i.indrelid, true) as predicate, i.indnullsnotdistinct as nulls
			from pg_index i join pg_class c on c.oid = i.indexrelid
			where i.indrelid = cast(? as regclass) and i.indisunique and i.indisvalid order by c.relname""";

	/** A value may come very often. */
	private static final String TWICE = """
			select cast(jsonb_agg(key order by key) as text) as key, value
			from (
				select %1$s as key, first_value(cast(array[%2$s] as text)) over same as value, count(*) over same as times,
					row_number() over (partition by %3$s order by %1$s) as position
				from %4$s where %5$s window same as (partition by %3$s)) as numbered
			where times > 1 and position <= %6$d group by value""";

	private final Stage stage;

	private final JdbcTemplate template;

	UniqueCheck(Stage stage) {
		this.stage = stage;
		this.template = stage.template();
	}

	void run() {
		List<Index> indexes = new ArrayList<>(this.template.query(INDEXES,
				(rs, row) -> new Index(rs.getString("name"), texts(rs.getArray("expressions").getArray()),
						texts(rs.getArray("columns").getArray()), rs.getString("predicate"), rs.getBoolean("nulls")),
				this.stage.plan().target().sql()));
		this.stage.plan().plan().finish().unique().forEach((name, columns) -> {
			if (indexes.stream().noneMatch((other) -> other.name().equals(name))) {
				indexes.add(new Index(name, columns.stream().map(Stage::quote).toList(), columns, null, false));
			}
		});
		for (Index index : indexes) {
			if (this.stage.writes(index.columns()) || !index.expressions().equals(index.columns())) {
				check(index);
			}
		}
		if (!this.stage.all() && !indexes.isEmpty()) {
			this.stage.report()
				.notRehearsed(
						"values that are unique in the target, beyond those of the sample: rehearse everything to compare all");
		}
	}

	private void check(Index index) {
		String expressions = String.join(", ", index.expressions());
		String texts = index.expressions()
			.stream()
			.map((expression) -> "cast(" + expression + " as text)")
			.collect(Collectors.joining(", "));
		String twice = TWICE.formatted(this.stage.sql().keyAsJson(MigrationSide.TARGET), texts, expressions,
				Stage.copied(), condition(index), Offenders.SAMPLES);
		this.stage.report()
			.find(Severity.BLOCKING, Kind.UNIQUE, index.name(), Offenders.of(this.template, twice),
					"values of (%s) that are unique in the target come from several rows each".formatted(expressions),
					"Correct the rows or the mapping, leave rows out by 'filter', or drop index \"%s\""
						.formatted(index.name()));
	}

	private static String condition(Index index) {
		String known = index.nulls() ? "true"
				: index.expressions()
					.stream()
					.map((expression) -> "(" + expression + ") is not null")
					.collect(Collectors.joining(" and "));
		return (index.predicate() != null) ? known + " and (" + index.predicate() + ")" : known;
	}

	private static List<String> texts(Object array) {
		return Arrays.asList((String[]) array);
	}

	/**
	 * A unique index of the target.
	 */
	private record Index(String name, List<String> expressions, List<String> columns, @Nullable String predicate,
			boolean nulls) {

	}

}
