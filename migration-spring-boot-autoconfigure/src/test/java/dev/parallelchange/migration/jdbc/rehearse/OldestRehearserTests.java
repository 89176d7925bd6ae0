package dev.parallelchange.migration.jdbc.rehearse;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.test.PostgresVersion;
import dev.parallelchange.migration.verify.VerificationFixture;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every kind of finding at once, on the oldest PostgreSQL.
 */
class OldestRehearserTests {

	@Test
	void allKindsOfFindingsAreMadeOnTheOldestVersion() {
		try (VerificationFixture fixture = new VerificationFixture(PostgresVersion.OLDEST)) {
			fixture.execute("create table towns (id int primary key)", "insert into towns values (1)",
					"""
							create table users (id int primary key, name text, age int, code text, town int, price numeric, span int4range,
								boss int, theme text)""",
					"""
							insert into users select i, 'n' || i, i, 'c', 1, i, int4range(i * 10, i * 10 + 10), 1, 'dark'
							from generate_series(1, 12000) i""",
					"update users set name = null where id = 2", "update users set age = -1 where id = 3",
					"update users set code = 'too long' where id = 4", "update users set name = 'n6' where id = 5",
					"update users set town = 9 where id = 7", "update users set price = 1.239 where id = 8",
					"update users set span = '[100,102)' where id = 9", "update users set boss = 20 where id = 10",
					"update users set theme = 'Light' where id = 11", """
							create table people (id int primary key, name text not null unique, age int check (age > 0),
								code varchar(3), town int references towns, price numeric(10, 2),
								span int4range, boss int references people, theme text, number bigserial,
								constraint apart exclude using gist (span with &&))""");
			Rehearsal rehearsal = new JdbcRehearser(PlanDatabases.within(fixture.database()))
				.rehearse(fixture.plan(MigrationPlan.of("p")
					.source("users")
					.target("people")
					.map("theme", "lower(source.theme)")
					.reverse("theme", "case target.theme when 'light' then 'dim' else target.theme end")
					.readQueries("select * from people where town = :town")), RehearsalRequest.EVERYTHING);
			assertThat(rehearsal.findings()).extracting((finding) -> finding.kind()).contains(Kind.values());
			assertThat(rehearsal.findings()).filteredOn((finding) -> finding.count() > 0)
				.allMatch((finding) -> finding.count() == 1);
			assertThat(rehearsal.notRehearsed()).isEmpty();
			assertThat(rehearsal.estimate()).isNotNull();
		}
	}

}
