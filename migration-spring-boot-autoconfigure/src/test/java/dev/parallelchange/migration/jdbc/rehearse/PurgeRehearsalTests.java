package dev.parallelchange.migration.jdbc.rehearse;

import java.time.Duration;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a rehearsal says of a plan that deletes rows.
 */
class PurgeRehearsalTests {

	@Test
	void rowsAreCountedAndForeignKeysAndTriggersAreNamed() {
		try (TestDatabase database = TestDatabase.create()) {
			database.execute("create table events (id int primary key, at timestamptz)",
					"create table detail (event int references events on delete cascade)",
					"create table booking (id int primary key, event int references events)",
					"create index on booking (event)", "create table large (event int references events, filler text)",
					"insert into large select null, repeat(md5(cast(i as text)), 50) from generate_series(1, 1000) as i",
					"""
							create function nothing() returns trigger language plpgsql as
							$$ begin return old; end $$""",
					"create trigger audit before delete on events for each row execute function nothing()", """
							insert into events select i, now() - make_interval(days => i)
							from generate_series(1, 100) as i""");
			MigrationDatabase tables = new MigrationDatabase(database.dataSource(), new MigrationTables("migration_"));
			MigrationPlan plan = MigrationPlan.of("p").purge("events", "at < now() - interval '30 days'").build();
			Rehearsal rehearsal = new JdbcRehearser(PlanDatabases.within(tables))
				.rehearse(new PlanDeriver(tables).derive(plan, false), RehearsalRequest.DEFAULT);
			assertThat(rehearsal.rows()).isEqualTo(71);
			assertThat(rehearsal.all()).isTrue();
			assertThat(rehearsal.references()).containsExactly(
					"public.booking (event) -> on delete no action, with an index",
					"public.detail (event) -> on delete cascade, without an index",
					"public.large (event) -> on delete no action, without an index",
					"trigger audit fires with each delete");
			assertThat(rehearsal.findings().stream().filter(RehearsalFinding::blocks)).singleElement()
				.satisfies((finding) -> assertThat(finding.remedy())
					.isEqualTo("create index concurrently on public.large (event)"));
			assertThat(database.jdbcClient().sql("select count(*) from events").query(Long.class).single())
				.isEqualTo(100);
		}
	}

	@Test
	void countThatEndsWithItsTimeIsAPart() {
		try (TestDatabase database = TestDatabase.create()) {
			database.execute(RehearsedPlan.ENDLESS, RehearsedPlan.ROW_TO_A_PAGE,
					"insert into users select i, null from generate_series(1, 400) as i",
					"create table detail (of int references users)");
			MigrationDatabase tables = new MigrationDatabase(database.dataSource(), new MigrationTables("migration_"));
			MigrationPlan plan = MigrationPlan.of("p").purge("users", "endless(id) and id % 2 = 0").build();
			Rehearsal rehearsal = new JdbcRehearser(PlanDatabases.within(tables)).rehearse(
					new PlanDeriver(tables).derive(plan, false),
					RehearsalRequest.EVERYTHING.within(Duration.ofSeconds(4)));
			assertThat(rehearsal.rows()).isEqualTo(64);
			assertThat(rehearsal.partial()).isEqualTo(new Rehearsal.Partial(128, 400));
			assertThat(rehearsal.all()).isFalse();
			assertThat(rehearsal.references()).hasSize(1);
		}
	}

}
