package dev.parallelchange.migration.jdbc.rehearse;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.FinishSettings;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.Rehearsal.Partial;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Sample;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.RehearsalRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a rehearsal finds in rows.
 */
class JdbcRehearserTests extends RehearsedPlan {

	@Test
	void whatFitsIsFoundToFit() {
		this.fixture.execute("create table users (id int primary key, name text not null)",
				"insert into users select i, 'name ' || i from generate_series(1, 500) i",
				"create table people (id int primary key, name text not null unique, check (name <> ''))");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"));
		assertThat(rehearsal.findings()).isEmpty();
		assertThat(rehearsal.notRehearsed()).isEmpty();
		assertThat(rehearsal.all()).isTrue();
		assertThat(rehearsal.rows()).isEqualTo(500);
		assertThat(rehearsal.blocks()).isFalse();
		assertThat(rehearsal.estimate()).satisfies((estimate) -> {
			assertThat(estimate.rows()).isEqualTo(500);
			assertThat(estimate.rowsPerSecond()).isPositive();
			assertThat(estimate.diskBytes()).isPositive();
			assertThat(estimate.walBytes()).isGreaterThan(estimate.diskBytes());
		});
	}

	@Test
	void eachRowThatTheTargetRefusesIsFoundByWhatRefusesIt() {
		this.fixture.execute("create domain positive as int check (value > 0)",
				"create type mood as enum ('good', 'bad')",
				"""
						create table orders (id int primary key, name text, mood text, amount bigint, days int, note text)""",
				"insert into orders select i, 'n', 'good', i, i, 'n' from generate_series(1, 2000) i",
				"update orders set name = null where id in (7, 1999)", "update orders set mood = 'odd' where id = 1000",
				"update orders set amount = 5000000000 where id = 11", "update orders set days = 0 where id = 12",
				"update orders set note = repeat('x', 30) where id in (13, 14, 15)",
				"update orders set note = 'no' where id = 16",
				"""
						create table purchases (id int primary key, name text not null, mood mood, amount int, days positive,
							note varchar(20) constraint note_is_friendly check (note <> 'no'))""");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("orders").target("purchases"));
		assertThat(rehearsal.rows()).isEqualTo(2000);
		assertThat(rehearsal.blocks()).isTrue();
		assertThat(rehearsal.findings()).allMatch(RehearsalFinding::blocks);
		assertThat(found(rehearsal, Kind.NOT_NULL)).containsExactly("name 2 [[7], [1999]]");
		assertThat(found(rehearsal, Kind.CHECK)).containsExactlyInAnyOrder("note_is_friendly 1 [[16]]",
				"positive_check 1 [[12]]");
		assertThat(found(rehearsal, Kind.VALUE)).containsExactlyInAnyOrder("note 3 [[13], [14], [15]]",
				"amount 1 [[11]]", "mood 1 [[1000]]");
		assertThat(finding(rehearsal, Kind.VALUE, "mood").problem()).doesNotContain("odd");
		assertThat(finding(rehearsal, Kind.VALUE, "mood").samples().get(0).value()).contains("odd");
		assertThat(finding(rehearsal, Kind.CHECK, "note_is_friendly").problem()).contains("<> 'no'");
		assertThat(finding(rehearsal, Kind.NOT_NULL, "name").samples().get(0).value())
			.contains("column \"name\" of relation \"purchases\"");
	}

	@Test
	void rowsThatTheFinishingTouchesWillRefuseAreFoundByConstraint() {
		this.fixture.execute("create table towns (id int primary key)", "insert into towns values (1)",
				"create table users (id int primary key, name text, town int, email text)",
				"insert into users values (1, 'ann', 1, 'a'), (2, null, 1, 'b'), (3, '', 1, 'c'), (4, 'dan', 9, 'd'), (5, 'eve', null, 'a')",
				"create table people (id int primary key, name text, town int, email text)");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p")
			.source("users")
			.target("people")
			.finish(new FinishSettings(List.of("name", "nobody"), Map.of("has_name", "name <> ''"),
					Map.of("of_town", new FinishSettings.ForeignKey(List.of("town"), "towns", List.of("id")), "of_land",
							new FinishSettings.ForeignKey(List.of("town"), "lands", List.of("id"))),
					Map.of("one_email", List.of("email")))));
		assertThat(found(rehearsal, Kind.NOT_NULL)).containsExactlyInAnyOrder("name 1 [[2]]", "nobody 0 []");
		assertThat(found(rehearsal, Kind.CHECK)).containsExactly("has_name 1 [[3]]");
		assertThat(found(rehearsal, Kind.FOREIGN_KEY)).containsExactlyInAnyOrder("of_town 1 [[4]]", "of_land 0 []");
		assertThat(found(rehearsal, Kind.UNIQUE)).containsExactly("one_email 1 [[[1], [5]]]");
		assertThat(rehearsal.findings()).allMatch(RehearsalFinding::blocks);
		assertThat(finding(rehearsal, Kind.NOT_NULL, "name").remedy()).contains("migration.plans.p.finish.not-null");
		assertThat(rehearsal.notRehearsed()).isEmpty();
		assertThat(this.fixture.strings("select conname::text from pg_constraint where conname ~ '^(of|has)_'"))
			.as("what has been added to the target itself")
			.isEmpty();
	}

	@Test
	void aRehearsalEndsInTimeWithWhatItHasFound() {
		this.fixture.execute("create table users (id int primary key, name text)",
				"insert into users select i, nullif(i, 1) from generate_series(1, 8) i", """
						create function tardy(id int) returns int language plpgsql immutable as $$
						begin
							if id = 2 then
								perform pg_sleep_until(statement_timestamp()
									+ 0.6 * cast(current_setting('statement_timeout') as interval));
							end if;
							return id;
						end $$""", """
						create function slow(number int) returns int language plpgsql immutable as $$
						begin perform pg_sleep(600); return number; end $$""",
				"create table people (id int primary key, name text not null, number int)",
				"create unique index slow_number on people (slow(number))");
		Rehearsal rehearsal = rehearse(
				MigrationPlan.of("p").source("users").target("people").map("number", "tardy(source.id)"),
				RehearsalRequest.DEFAULT.within(Duration.ofSeconds(4)));
		assertThat(found(rehearsal, Kind.NOT_NULL)).containsExactly("name 1 [[1]]");
		assertThat(finding(rehearsal, Kind.NOT_NULL, "name").atLeast()).isTrue();
		assertThat(rehearsal.rows()).isEqualTo(2);
		assertThat(rehearsal.partial()).isEqualTo(new Partial(2, 8));
		assertThat(rehearsal.estimate()).isNull();
		assertThat(rehearsal.notRehearsed()).containsExactly("the rows after the first 2, for which there was no time",
				"unique values, exclusion constraints, indexes, foreign keys, losses, the way back, the order of tables, read queries, the estimate: the 4 s that the rehearsal may take were over");
	}

	@Test
	void rowsThatWereReadUntilTheTimeWasOverAreRehearsed() {
		this.fixture.execute(ENDLESS, ROW_TO_A_PAGE,
				"insert into users select i, nullif(i, 7) from generate_series(1, 400) i",
				"create table people (id int primary key, name text not null)");
		Rehearsal rehearsal = rehearse(
				MigrationPlan.of("p").source("users").target("people").filter("endless(source.id)"),
				RehearsalRequest.EVERYTHING.within(Duration.ofSeconds(4)));
		assertThat(rehearsal.rows()).isEqualTo(128);
		assertThat(rehearsal.partial()).isEqualTo(new Partial(128, 400));
		assertThat(rehearsal.all()).isFalse();
		assertThat(found(rehearsal, Kind.NOT_NULL)).containsExactly("name 1 [[7]]");
		assertThat(rehearsal.estimate()).isNotNull();
		assertThat(rehearsal.notRehearsed())
			.contains("the rows after the first 128 of about 400, which there was no time to read");
	}

	@Test
	void rowsAreTriedInPiecesOfWhichThoseThatFailAreHalved() {
		this.fixture.execute("create table users (id int primary key, name text)",
				"insert into users select i, 'n' from generate_series(1, 25000) i",
				"update users set name = null where id in (3, 12500, 12501, 24999)",
				"create table people (id int primary key, name text not null)");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"),
				RehearsalRequest.EVERYTHING);
		assertThat(found(rehearsal, Kind.NOT_NULL)).containsExactly("name 4 [[3], [12500], [12501], [24999]]");
		assertThat(rehearsal.rows()).isEqualTo(25000);
		assertThat(rehearsal.partial()).isNull();
		assertThat(rehearsal.all()).isTrue();
		assertThat(rehearsal.findings()).hasSize(1);
	}

	@Test
	void valuesThatComeTwiceAreFoundWithAllTheirKeys() {
		this.fixture.execute("create table users (id int primary key, email text, town text)",
				"insert into users select i, 'user' || i, 'town' || i from generate_series(1, 300) i",
				"update users set email = 'USER7' where id = 200", "update users set town = null where id < 5",
				"update users set town = 'here' where id between 100 and 102",
				"create table people (id int primary key, email text, town text, active boolean not null default true)",
				"create unique index lower_email on people (lower(email)) where active",
				"alter table people add constraint one_town unique (town) deferrable initially deferred");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"));
		assertThat(found(rehearsal, Kind.UNIQUE)).containsExactlyInAnyOrder("lower_email 1 [[[7], [200]]]",
				"one_town 1 [[[100], [101], [102]]]");
		assertThat(rehearsal.findings()).hasSize(2);
	}

	@Test
	void rowsThatAnExclusionConstraintKeepsApartAreFound() {
		this.fixture.execute("create table stays (id int primary key, span int4range)",
				"insert into stays select i, int4range(i * 10, i * 10 + 10) from generate_series(1, 100) i",
				"update stays set span = '[205,208)' where id = 30",
				"create table bookings (id int primary key, span int4range, constraint apart exclude using gist (span with &&))");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("stays").target("bookings"));
		assertThat(found(rehearsal, Kind.EXCLUSION)).containsExactly("apart 1 [[30]]");
	}

	@Test
	void parentsThatAreNotThereAreMissed() {
		this.fixture.execute("create table users (id int primary key, town int, boss int)",
				"insert into users select i, nullif(i % 4, 0), nullif(i / 2, 0) from generate_series(1, 100) i",
				"update users set boss = 500 where id = 9", "create table towns (id int primary key)",
				"insert into towns values (1), (2)", """
						create table people (id int primary key, town int constraint in_town references towns,
							boss int constraint has_boss references people)""");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"));
		assertThat(found(rehearsal, Kind.FOREIGN_KEY)).hasSize(2)
			.anyMatch((found) -> found.startsWith("in_town 25 [[11], "))
			.contains("has_boss 1 [[9]]");
		assertThat(finding(rehearsal, Kind.FOREIGN_KEY, "has_boss").samples())
			.containsExactly(new Sample("[9]", "[500]"));
	}

	@Test
	void valuesThatAreStoredAsOtherOnesAreALossOnly() {
		this.fixture.execute(
				"create table prices (id int primary key, price numeric, at timestamp, code text, exact numeric)",
				"insert into prices select i, i, '2026-01-01', 'c', 1.50 from generate_series(1, 50) i",
				"update prices set price = 1.239 where id = 3",
				"update prices set at = '2026-01-01 10:00:00.123456' where id = 4",
				"update prices set code = 'x  ' where id = 5",
				"create table costs (id int primary key, price numeric(10, 2), at timestamp(0), code char(5), exact numeric(10, 1))");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("prices").target("costs"));
		assertThat(found(rehearsal, Kind.LOSS)).containsExactlyInAnyOrder("price 1 [[3]]", "at 1 [[4]]",
				"code 1 [[5]]");
		assertThat(finding(rehearsal, Kind.LOSS, "price").samples())
			.containsExactly(new Sample("[3]", "1.239 becomes 1.24"));
		assertThat(finding(rehearsal, Kind.LOSS, "price").severity()).isEqualTo(Severity.WARNING);
	}

	@Test
	void aWayBackThatIsNoneIsFoundBeforeAnythingIsCopied() {
		this.fixture.execute("create table users (id int primary key, theme text)",
				"insert into users values (1, 'dark'), (2, 'Light')",
				"create table settings (id int primary key, theme text)");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p")
			.source("users")
			.target("settings")
			.map("theme", "lower(source.theme)")
			.reverse("theme", "upper(target.theme) || '!'"));
		assertThat(rehearsal.notRehearsed()).isEmpty();
		assertThat(found(rehearsal, Kind.REVERSE)).containsExactly("reverse 2 [[1], [2]]");
		assertThat(this.fixture.strings("select theme from users order by id")).containsExactly("dark", "Light");
	}

	@Test
	void columnsOfOneTableAreRehearsedWithTheRestOfTheirRow() {
		this.fixture.execute("""
				create table visits (id int primary key, day text, until date, visited_on date,
					constraint in_order check (visited_on <= until))""",
				"insert into visits select i, '2026-01-01', '2026-02-01' from generate_series(1, 100) i",
				"update visits set day = '2026-03-01' where id = 5", "update visits set day = 'soon' where id = 6");
		Rehearsal rehearsal = rehearse(
				MigrationPlan.of("p").table("visits").map("visited_on", "cast(source.day as date)"));
		assertThat(found(rehearsal, Kind.CHECK)).containsExactly("in_order 1 [[5]]");
		assertThat(found(rehearsal, Kind.VALUE)).containsExactly("visited_on 1 [[6]]");
		assertThat(this.fixture.strings("select distinct visited_on::text from visits")).containsExactly((String) null);
	}

	@Test
	void rowsThatTheFilterLeavesOutAreNotTried() {
		this.fixture.execute("create table users (id int primary key, theme text)",
				"insert into users select i, case when i % 10 = 0 then 'dark' end from generate_series(1, 100) i",
				"create table settings (id int primary key, theme text not null)");
		Rehearsal rehearsal = rehearse(
				MigrationPlan.of("p").source("users").target("settings").filter("source.theme is not null"));
		assertThat(rehearsal.findings()).isEmpty();
		assertThat(rehearsal.rows()).isEqualTo(10);
	}

	@Test
	void keysMayHaveSeveralColumnsAndNamesBeQuoted() {
		this.fixture.execute("create schema \"Old\"",
				"""
						create table "Old"."Order Line" ("Order" int, "No" text, "How many" int, primary key ("Order", "No"))""",
				"insert into \"Old\".\"Order Line\" select i, 'it''s \"' || i, 1 from generate_series(1, 20) i",
				"update \"Old\".\"Order Line\" set \"How many\" = 0 where \"Order\" = 3",
				"create table lines (\"Order\" int, \"No\" text, \"How many\" int check (\"How many\" > 0), primary key (\"Order\", \"No\"))");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("\"Old\".\"Order Line\"").target("lines"));
		assertThat(found(rehearsal, Kind.CHECK)).containsExactly("lines_How many_check 1 [[3, \"it's \\\"3\"]]");
	}

	@Test
	void anExpressionMayLookLikeAPlaceholder() {
		this.fixture.execute("create table users (id int primary key, profile jsonb)",
				"insert into users values (1, '{\"key\": \"a\"}'), (2, '{}')",
				"create table settings (id int primary key, theme text not null)");
		Rehearsal rehearsal = rehearse(
				MigrationPlan.of("p").source("users").target("settings").map("theme", "source.profile #>> '{key}'"));
		assertThat(found(rehearsal, Kind.NOT_NULL)).containsExactly("theme 1 [[2]]");
		assertThat(rehearsal.notRehearsed())
			.anyMatch((what) -> what.startsWith("the way back, since there is none: target column 'theme'"));
	}

	@Test
	void aTableWithoutRowsIsSaidToHaveNone() {
		this.fixture.execute("create table users (id int primary key, name text)",
				"create table people (id int primary key, name text)");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"));
		assertThat(rehearsal.rows()).isZero();
		assertThat(rehearsal.findings()).isEmpty();
		assertThat(rehearsal.notRehearsed()).containsExactly("rows: the source has none that belong to the plan");
		assertThat(rehearsal.estimate()).isNull();
	}

	@Test
	void aSampleHasTheNewestRowsAndSaysThatItIsOne() {
		this.fixture.execute("create table users (id int primary key, name text)",
				"insert into users select i, repeat('x', 200) from generate_series(1, 20000) i",
				"update users set name = null where id = 20000", "analyze users",
				"create table people (id int primary key, name text not null)");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"),
				RehearsalRequest.sample(500));
		assertThat(rehearsal.all()).isFalse();
		assertThat(rehearsal.rows()).isBetween(500L, 4000L);
		assertThat(found(rehearsal, Kind.NOT_NULL)).containsExactly("name 1 [[20000]]");
		assertThat(rehearsal.estimate().rows()).isBetween(15_000L, 25_000L);
		assertThat(rehearsal.notRehearsed()).singleElement().asString().contains("beyond those of the sample");
		assertThat(rehearse(MigrationPlan.of("q").source("users").target("people"), RehearsalRequest.EVERYTHING))
			.satisfies((everything) -> {
				assertThat(everything.all()).isTrue();
				assertThat(everything.rows()).isEqualTo(20_000);
				assertThat(everything.notRehearsed()).isEmpty();
			});
	}

	@Test
	void rowsThatAllFailEndTheRehearsalEarly() {
		this.fixture.execute("create table users (id int primary key, name text)",
				"insert into users select i, null from generate_series(1, 3000) i",
				"create table people (id int primary key, name text not null)");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"));
		RehearsalFinding finding = finding(rehearsal, Kind.NOT_NULL, "name");
		assertThat(finding.count()).isEqualTo(RowCheck.LIMIT);
		assertThat(finding.atLeast()).isTrue();
		assertThat(finding.samples()).hasSize(Offenders.SAMPLES);
		assertThat(rehearsal.rows()).isEqualTo(RowCheck.LIMIT);
		assertThat(rehearsal.notRehearsed()).anyMatch((what) -> what.startsWith("the rows after the first 1000"));
	}

}
