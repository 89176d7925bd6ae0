package dev.parallelchange.migration.jdbc.rehearse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.CopyEstimate;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a rehearsal tells of tables.
 */
class RehearsedTablesTests extends RehearsedPlan {

	@Test
	void indexesThatAreMissingOrInvalidAreNamed() {
		this.fixture.execute("create table towns (id int primary key)", "insert into towns values (1)",
				"create table users (id int primary key, town int, name text)",
				"insert into users values (1, 1, 'ann')",
				"create table people (id int primary key, town int constraint in_town references towns, name text)",
				"create index people_name on people (name)",
				"update pg_index set indisvalid = false where indexrelid = 'people_name'::regclass",
				"create table pets (id int primary key, owner int constraint has_owner references people)",
				"create index on pets (owner, id)");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"));
		assertThat(found(rehearsal, Kind.INDEX)).containsExactly("in_town 0 []", "public.people_name 0 []");
		assertThat(finding(rehearsal, Kind.INDEX, "in_town").remedy())
			.isEqualTo("create index concurrently on public.people (town)");
		assertThat(rehearsal.blocks()).isFalse();
	}

	@Test
	void readQueriesThatNoIndexServesAreNamed() {
		this.fixture.execute("create table users (id int primary key, name text, town text, at timestamptz)",
				"insert into users select i, 'n' || i, 't', now() from generate_series(1, 12000) i",
				"create table people (id int primary key, name text, town text, at timestamptz)",
				"create index on people (name)", "create index on people (at)");
		Rehearsal rehearsal = rehearse(
				MigrationPlan.of("p")
					.source("users")
					.target("people")
					.readQueries("select * from people where id = :id",
							"select * from people where name = :name and town = ':?'",
							"select * from people order by at desc limit :few",
							"select * from people where town = :town", "select count(*) from people",
							"select * from people where lower(name) = :name limit 1", "select * from persons"),
				RehearsalRequest.EVERYTHING);
		assertThat(found(rehearsal, Kind.READ_QUERY)).containsExactly("select * from persons 0 []",
				"select * from people where town = :town 0 []", "select count(*) from people 0 []",
				"select * from people where lower(name) = :name limit 1 0 []");
		assertThat(finding(rehearsal, Kind.READ_QUERY, "select * from persons").blocks()).isTrue();
		assertThat(finding(rehearsal, Kind.READ_QUERY, "select * from people where town = :town").problem())
			.isEqualTo("the query reads all of public.people, since no index serves it");
	}

	@Test
	void tablesAreShownInTheOrderInWhichTheyHaveToBeFilled() {
		this.fixture.execute("create table lands (id int primary key)",
				"create table towns (id int primary key, land int constraint of_land references lands)",
				"create table users (id int primary key, town int, boss int, pet int)",
				"insert into users values (1, null, 2, null), (2, null, null, null), (3, null, 1, null)",
				"create table pets (id int primary key)",
				"""
						create table people (id int primary key, town int constraint of_town references towns,
							boss int constraint of_boss references people, pet int constraint has_pet references pets)""",
				"alter table pets add column owner int constraint has_owner references people");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"));
		assertThat(rehearsal.references()).containsExactly("public.pets refers to public.people by has_owner",
				"public.lands", "public.towns refers to public.lands by of_land",
				"public.people (the target) refers to public.pets by has_pet, public.people by of_boss, public.towns by of_town");
		assertThat(found(rehearsal, Kind.ORDER)).containsExactlyInAnyOrder("of_boss 1 [[1]]",
				"public.people → public.pets → public.people 0 []");
		assertThat(found(rehearsal, Kind.FOREIGN_KEY)).isEmpty();
	}

	@Test
	void triggersAndMovesOfSequencesAreTold() {
		this.fixture.execute("create table users (id bigserial primary key, name text)",
				"insert into users (name) select 'n' from generate_series(1, 10)",
				"create table people (id bigserial primary key, name text)");
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"));
		assertThat(rehearsal.creates()).hasSizeGreaterThan(4)
			.anyMatch((object) -> object.matches("trigger \"migration_p_.*\" after insert on \"public\".\"users\""))
			.anyMatch((object) -> object.contains("after delete on \"public\".\"people\""))
			.last()
			.asString()
			.matches("sequence public.(users|people)_id_seq is set to \\d+, away from public.(users|people)_id_seq");
		assertThat(this.fixture.strings("select last_value::text from people_id_seq")).containsExactly("1");
	}

	@Test
	void theEstimateIsNearToWhatACopyTakes() {
		this.fixture.execute("create table users (id int primary key, name text, town text, at timestamptz)",
				"insert into users select i, 'name of ' || i, repeat('x', i % 90), now() from generate_series(1, 10000) i",
				"create table people (id int primary key, name text unique, town text, at timestamptz)",
				"create index on people (at)");
		CopyEstimate estimate = rehearse(MigrationPlan.of("p").source("users").target("people"),
				RehearsalRequest.EVERYTHING)
			.estimate();
		String explained = String.join("",
				this.fixture.strings("explain (analyze, wal, format json) insert into people select * from users"));
		Matcher bytes = Pattern.compile("\"WAL Bytes\": (\\d+)").matcher(explained);
		assertThat(bytes.find()).isTrue();
		assertThat((double) estimate.walBytes() / Long.parseLong(bytes.group(1))).isBetween(0.75, 1.33);
		assertThat((double) estimate.diskBytes()
				/ Long.parseLong(this.fixture.strings("select pg_total_relation_size('people')::text").get(0)))
			.isBetween(0.8, 1.25);
		assertThat(estimate.duration().toMillis()).isBetween((long) (9_900_000 / estimate.rowsPerSecond()) - 1,
				(long) (10_100_000 / estimate.rowsPerSecond()) + 1);
	}

}
