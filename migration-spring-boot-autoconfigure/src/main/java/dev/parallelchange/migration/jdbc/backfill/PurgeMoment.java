package dev.parallelchange.migration.jdbc.backfill;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PurgeCondition;

/**
 * The moment at which a purge began, and the time zone in which its condition is
 * evaluated from then on, whatever session does so.
 *
 * @param moment the time, as {@link PurgeCondition#MOMENT_FORMAT} writes it
 * @param zone the time zone, as the database calls it
 */
record PurgeMoment(String moment, String zone) {

	private static final String NOW = """
			select to_char(now() at time zone 'UTC', :format) as moment, current_setting('TimeZone') as zone""";

	private static final String KEPT = """
			select to_char(moment at time zone 'UTC', :format) as moment,
				set_config('TimeZone', time_zone, true) as zone
			from %PREFIX%backfill where plan_id = :plan""";

	/**
	 * The moment of the thread's transaction, in the time zone of its session.
	 */
	static PurgeMoment now(MigrationDatabase database) {
		return database.sql(NOW).param("format", PurgeCondition.MOMENT_FORMAT).query(PurgeMoment.class).single();
	}

	/**
	 * The moment of a purge that has begun; the thread's transaction gets its time zone.
	 */
	static PurgeMoment of(MigrationDatabase database, DerivedPlan plan) {
		return database.sql(KEPT)
			.param("format", PurgeCondition.MOMENT_FORMAT)
			.param("plan", plan.id())
			.query(PurgeMoment.class)
			.single();
	}

	PurgeSql sql(DerivedPlan plan) {
		return new PurgeSql(plan, PurgeCondition.of(plan).at(this.moment));
	}

}
