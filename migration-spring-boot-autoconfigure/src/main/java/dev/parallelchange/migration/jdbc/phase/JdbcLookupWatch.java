package dev.parallelchange.migration.jdbc.phase;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.verify.LookupWatch;
import org.jspecify.annotations.Nullable;

/**
 * Watches the counts of written rows that PostgreSQL keeps of each table; they need no
 * right and no trigger. They come up to ten seconds late, and also count what was rolled
 * back; a table that was emptied has another file.
 */
public final class JdbcLookupWatch implements LookupWatch {

	private static final String WRITES = """
			select t.name, concat_ws(' ', to_regclass(t.name)::oid, parts.writes, parts.files) as writes
			from unnest(cast(:tables as text[])) as t (name)
			cross join lateral (
				select sum(pg_stat_get_tuples_inserted(part.oid) + pg_stat_get_tuples_updated(part.oid)
						+ pg_stat_get_tuples_deleted(part.oid)) as writes,
					string_agg(cast(pg_relation_filenode(part.oid) as text), ',' order by part.oid) as files
				from (select to_regclass(t.name) union select relid from pg_partition_tree(to_regclass(t.name)))
					as part (oid)
			) as parts""";

	private static final String SEEN = "select lookups_seen from %PREFIX%plan where id = :plan";

	private static final String SEE = """
			update %PREFIX%plan set lookups_seen = :seen,
				lookups_written_at = case when lookups_seen is not null then clock_timestamp() end
			where id = :plan and lookups_seen is not distinct from cast(:before as text)""";

	private final MigrationDatabase database;

	/**
	 * Create the watch.
	 * @param database the database of the plans' tables
	 */
	public JdbcLookupWatch(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public List<String> look(DerivedPlan plan) {
		return this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			String before = this.database.sql(SEEN)
				.param("plan", plan.id())
				.query((row, number) -> row.getString("lookups_seen"))
				.list()
				.stream()
				.filter(Objects::nonNull)
				.findFirst()
				.orElse(null);
			Map<String, String> now = writes(plan);
			return text(now).equals(before) || !see(plan, before, text(now)) || before == null ? List.of()
					: changed(before, now);
		});
	}

	private Map<String, String> writes(DerivedPlan plan) {
		Map<String, String> writes = new LinkedHashMap<>();
		this.database.sql(WRITES).param("tables", plan.plan().dependsOn().toArray(String[]::new)).query((row) -> {
			writes.put(row.getString("name"), row.getString("writes"));
		});
		return writes;
	}

	private boolean see(DerivedPlan plan, @Nullable String before, String now) {
		return this.database.sql(SEE).param("plan", plan.id()).param("before", before).param("seen", now).update() > 0;
	}

	private static List<String> changed(String before, Map<String, String> now) {
		List<String> known = List.of(before.split("\n"));
		List<String> changed = new ArrayList<>();
		now.forEach((table, writes) -> {
			if (!known.contains(line(table, writes))) {
				changed.add(table);
			}
		});
		return changed;
	}

	private static String text(Map<String, String> writes) {
		return writes.entrySet()
			.stream()
			.map((table) -> line(table.getKey(), table.getValue()))
			.collect(Collectors.joining("\n"));
	}

	private static String line(String table, String writes) {
		return table + ": " + writes;
	}

}
