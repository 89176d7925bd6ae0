package dev.parallelchange.migration.jdbc;

import dev.parallelchange.migration.DerivedPlan;

/**
 * Notices that a plan's tables are altered while they are copied.
 */
final class TablesHash {

	private static final String CURRENT = """
			select encode(sha256(convert_to(coalesce(string_agg(concat_ws(' ', a.attrelid, a.attname, a.atttypid,
				a.atttypmod, a.attnotnull, a.attgenerated, a.attidentity), ',' order by a.attrelid, a.attnum), ''),
				'UTF8')), 'hex')
			from pg_attribute a
			where a.attrelid in (to_regclass(:source), to_regclass(:target))
				and a.attnum > 0 and not a.attisdropped""";

	private static final String IS_UNCHANGED = """
			select b.tables_hash = (%s) from %%PREFIX%%backfill b where b.plan_id = :plan""".formatted(CURRENT);

	private final MigrationDatabase database;

	TablesHash(MigrationDatabase database) {
		this.database = database;
	}

	String current(DerivedPlan plan) {
		return this.database.sql(CURRENT)
			.param("source", plan.source().sql())
			.param("target", plan.target().sql())
			.query(String.class)
			.single();
	}

	boolean isUnchanged(DerivedPlan plan) {
		return this.database.sql(IS_UNCHANGED)
			.param("plan", plan.id())
			.param("source", plan.source().sql())
			.param("target", plan.target().sql())
			.query(Boolean.class)
			.optional()
			.orElse(false);
	}

}
