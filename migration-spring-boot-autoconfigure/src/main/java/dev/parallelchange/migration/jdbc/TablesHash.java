package dev.parallelchange.migration.jdbc;

import java.util.List;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;

/**
 * Notices that one of a plan's tables is altered after the plan has been derived.
 */
public final class TablesHash {

	/** Stands for tables that may be altered or gone, such as a hidden source. */
	public static final String ANY = "";

	private static final String CURRENT = """
			select encode(sha256(convert_to(concat(
				(select string_agg(concat_ws(' ', t.position, a.attrelid, a.attname, a.atttypid, a.atttypmod,
						a.attnotnull, a.attgenerated, a.attidentity, a.attcollation, d.adbin), ','
						order by t.position, a.attnum)
					from unnest(cast(:tables as text[])) with ordinality as t (name, position)
					left join pg_attribute a on a.attrelid = to_regclass(t.name) and a.attnum > 0 and not a.attisdropped
					left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum),
				(select string_agg(concat_ws(' ', i.indexrelid, i.indkey), ',' order by i.indexrelid)
					from pg_index i
					where i.indrelid in (select to_regclass(t.name) from unnest(cast(:tables as text[])) as t (name))
						and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null)
				), 'UTF8')), 'hex')""";

	private final PlanDatabases databases;

	public TablesHash(PlanDatabases databases) {
		this.databases = databases;
	}

	public String current(MigrationPlan plan) {
		Stream<String> lookups = plan.dependsOn().stream();
		if (!plan.isAcrossDatabases()) {
			return hash(plan, MigrationSide.SOURCE,
					Stream.concat(Stream.of(plan.source().table(), plan.target().table()), lookups).toList());
		}
		return hash(plan, MigrationSide.SOURCE, Stream.concat(Stream.of(plan.source().table()), lookups).toList()) + " "
				+ hash(plan, MigrationSide.TARGET, List.of(plan.target().table()));
	}

	private String hash(MigrationPlan plan, MigrationSide side, List<String> tables) {
		return this.databases.of(plan, side)
			.sql(CURRENT)
			.param("tables", tables.toArray(String[]::new))
			.query(String.class)
			.single();
	}

	public boolean isUnchanged(DerivedPlan plan) {
		return plan.tables().equals(ANY) || current(plan.plan()).equals(plan.tables());
	}

}
