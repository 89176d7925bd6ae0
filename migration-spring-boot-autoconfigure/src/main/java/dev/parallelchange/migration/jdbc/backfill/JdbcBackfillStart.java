package dev.parallelchange.migration.jdbc.backfill;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;

/**
 * Begins copies.
 */
final class JdbcBackfillStart {

	static final String FORGET_OUTDATED = """
			delete from %%PREFIX%%backfill b where b.plan_id = :plan and (%s or b.fingerprint <> :fingerprint
				and exists (select from %%PREFIX%%plan as plan where plan.id = b.plan_id and %s))"""
		.formatted(JdbcBackfillProgress.OUTDATED, AcceptedDefinition.FITS);

	// Rows above the highest key are written by transactions that mirror already.
	private static final String BEGIN = """
			insert into %%PREFIX%%backfill
				(plan_id, fingerprint, upper_key, walked, rows_estimated, started_at)
			select plan.id, :fingerprint, highest.key, highest.key is null, :estimated, clock_timestamp()
			from %%PREFIX%%plan as plan left join (%s) as highest (key) on true
			where plan.id = :plan and plan.phase = 'BACKFILL' and %s
			on conflict (plan_id) do nothing""";

	private static final String STATISTICS = """
			select case when c.reltuples > 0 and c.relpages > 0
				then cast(c.reltuples / c.relpages * pg_relation_size(c.oid) / current_setting('block_size')::int as bigint)
				else -1 end
			from pg_class c where c.oid = cast(:table as regclass)""";

	private static final long COUNTED = 200_000;

	private static final String COUNT = """
			select count(*) from (select from %s limit :limit) as counted""";

	private static final String GUESS = """
			select greatest(:counted, pg_relation_size(cast(:table as regclass)) / 200)""";

	private final MigrationDatabase database;

	JdbcBackfillStart(PlanDatabases databases) {
		this.database = databases.main();
	}

	void begin(DerivedPlan plan) {
		this.database.inTransaction(() -> {
			new CopyTransaction(this.database).configure(plan);
			this.database.sql(FORGET_OUTDATED)
				.param("plan", plan.id())
				.param("fingerprint", plan.fingerprint())
				.update();
			return this.database.sql(BEGIN.formatted(new BackfillSql(plan).highestKey(), AcceptedDefinition.FITS))
				.param("plan", plan.id())
				.param("fingerprint", plan.fingerprint())
				.param("estimated", estimate(plan))
				.update();
		});
	}

	private long estimate(DerivedPlan plan) {
		String table = plan.source().sql();
		long estimated = this.database.sql(STATISTICS).param("table", table).query(Long.class).single();
		if (estimated >= 0) {
			return estimated;
		}
		long counted = this.database.sql(COUNT.formatted(new PlanSql(plan).from(MigrationSide.SOURCE)))
			.param("limit", COUNTED)
			.query(Long.class)
			.single();
		return (counted < COUNTED) ? counted
				: this.database.sql(GUESS).param("counted", counted).param("table", table).query(Long.class).single();
	}

}
