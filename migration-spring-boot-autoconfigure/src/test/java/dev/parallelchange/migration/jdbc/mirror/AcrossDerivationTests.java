package dev.parallelchange.migration.jdbc.mirror;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.TableReference;
import dev.parallelchange.migration.jdbc.TwoDatabases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows that are derived in another database.
 */
class AcrossDerivationTests {

	private final TwoDatabases two = new TwoDatabases();

	@AfterEach
	void close() {
		this.two.close();
	}

	@Test
	void aTargetRowIsWrittenChangedAndDeletedAsItsSourceRowIs() {
		this.two
			.source("create table person (id int primary key, name text)",
					"insert into person values (1, 'a'), (2, null), (3, 'c')")
			.target("create table human (id bigint primary key, name text not null default 'x', title text)",
					"alter table human alter column name drop not null",
					"insert into human values (3, 'old', 'Dr'), (4, 'gone', null)");
		DerivedPlan plan = this.two.plan("person", "human");
		assertThat(derive(plan, TARGET, 1, 2, 3, 4, 5)).isEqualTo(4);
		assertThat(this.two.rows(TARGET, "select id, name, title from human order by id")).containsExactly("(1,a,)",
				"(2,,)", "(3,c,Dr)");
		assertThat(derive(plan, TARGET, 1, 2, 3, 4, 5)).as("what is equal is not written").isZero();
	}

	@Test
	void aSourceRowIsWrittenChangedAndDeletedAsItsTargetRowIs() {
		this.two
			.source("create table person (id int primary key, name text)",
					"insert into person values (1, 'a'), (2, 'b')")
			.target("create table human (id int primary key, name text)",
					"insert into human values (2, 'B'), (3, null)");
		DerivedPlan plan = this.two.plan("person", "human");
		assertThat(plan.shape()).isEqualTo(PlanShape.MOVED_TABLE);
		assertThat(derive(plan, SOURCE, 1, 2, 3)).isEqualTo(3);
		assertThat(this.two.rows(SOURCE, "select id, name from person order by id")).containsExactly("(2,B)", "(3,)");
		assertThat(derive(plan, SOURCE, 1, 2, 3)).isZero();
	}

	@Test
	void theSourceRowsOfASplitStay() {
		this.two
			.source("create table person (id int primary key, name text, phone text)",
					"insert into person values (1, 'a', '1'), (2, 'b', '2'), (3, 'c', null)")
			.target("create table contact (person_id int primary key, phone text)",
					"insert into contact values (2, '22')");
		DerivedPlan plan = this.two.plan("person", "contact",
				(builder) -> builder.filter("source.phone is not null")
					.rename("id", "person_id")
					.reverse("phone", "target.phone"));
		assertThat(plan.shape()).isEqualTo(PlanShape.SPLIT);
		derive(plan, SOURCE, 1, 2, 3);
		assertThat(this.two.rows(SOURCE, "select * from person order by id")).containsExactly("(1,a,)", "(2,b,22)",
				"(3,c,)");
	}

	@Test
	void expressionsAreEvaluatedInTheSourcesDatabaseAlone() {
		this.two
			.source("create function shout(text) returns text immutable language sql as 'select upper($1)'",
					"create function whisper(text) returns text immutable language sql as 'select lower($1)'",
					"create type mood as enum ('sad', 'glad')",
					"create table person (id int primary key, name text, mood mood, cents int, at timestamptz)",
					"insert into person values (1, 'ada', 'glad', 150, '2026-03-01 12:00:00.123456+02')")
			.target("create type state as enum ('bad', 'good')", "create domain money_amount as numeric(8, 1)",
					"create table human (id int primary key, name text, state state, amount money_amount, at timestamptz)");
		DerivedPlan plan = this.two.plan("person", "human",
				(builder) -> builder.map("name", "shout(source.name)")
					.map("state", "case source.mood when 'glad' then 'good' else 'bad' end")
					.map("amount", "source.cents / 100.0")
					.reverse("name", "whisper(target.name)")
					.reverse("mood", "case target.state when 'good' then 'glad' else 'sad' end")
					.reverse("cents", "target.amount * 100"));
		derive(plan, TARGET, 1);
		assertThat(this.two.rows(TARGET, "select id, name, state, amount, at at time zone 'UTC' from human"))
			.containsExactly("(1,ADA,good,1.5,\"2026-03-01 10:00:00.123456\")");
		this.two.target("update human set state = 'bad', amount = 2.5, name = 'EVE'");
		derive(plan, SOURCE, 1);
		assertThat(this.two.rows(SOURCE, "select name, mood, cents from person")).containsExactly("(eve,sad,250)");
		assertThat(derive(plan, TARGET, 1)).isZero();
	}

	@Test
	void valuesOfAllKindsArriveAsTheyAre() {
		List<List<String>> values = values();
		this.two.tablesWith(values);
		DerivedPlan plan = this.two.plan("person", "human");
		derive(plan, TARGET, 1, 2);
		String text = "select (human.*)::text as t from human order by id";
		assertThat(this.two.rows(TARGET, text)).isEqualTo(this.two.rows(SOURCE, text.replace("human", "person")));
		assertThat(derive(plan, TARGET, 1, 2)).isZero();
		assertThat(derive(plan, SOURCE, 1, 2)).isZero();
		this.two.source("truncate person");
		derive(plan, SOURCE, 1, 2);
		assertThat(this.two.rows(SOURCE, text.replace("human", "person"))).isEqualTo(this.two.rows(TARGET, text));
	}

	private static List<List<String>> values() {
		return List.of(List.of("text", "E'tab\\t quote\" back\\\\ 😀 \\u0001'"), List.of("text", "''"),
				List.of("varchar(3)", "'abc'"), List.of("char(5)", "'ab'"), List.of("bytea", "'\\x00ff10'"),
				List.of("double precision", "0.1::float8 + 0.2::float8"), List.of("real", "'-infinity'"),
				List.of("numeric", "12345678901234567890.123456789000"), List.of("numeric(6, 2)", "1.50"),
				List.of("boolean", "true"), List.of("date", "'infinity'"),
				List.of("timestamp(3)", "'2026-01-01 00:00:00.1239'"),
				List.of("timestamptz", "'0044-03-15 12:00:00+00 BC'"), List.of("time", "'24:00'"),
				List.of("interval", "'1 mon -3 days 04:05:06.7'"), List.of("json", "'{\"b\":1,  \"a\":[null]}'"),
				List.of("jsonb", "'{\"a\": 1.10, \"b\": null}'"), List.of("jsonb", "'null'"),
				List.of("uuid", "'6f1ed002-ab5f-42e4-8a8c-61e7f3f7c0a1'"), List.of("int[]", "'{1,null,3}'"),
				List.of("text[]", "array['a,b', '\"', null, '']"), List.of("inet", "'10.0.0.1/8'"),
				List.of("bit(3)", "B'101'"), List.of("xml", "'<a b=\"1\">x</a>'"), List.of("money", "'12.34'"),
				List.of("tsvector", "'a:1 b:2'"), List.of("int4range", "'[1,5)'"));
	}

	@Test
	void namesMayBeQuotedAndKeysComposite() {
		this.two
			.source("create schema \"Sales Dept\"",
					"""
							create table "Sales Dept"."Order" (tenant text collate "C", "Order No" bigint, "group" text, "fr""om" int,
								primary key (tenant, "Order No"))""",
					"insert into \"Sales Dept\".\"Order\" values ('fr''s', 1, 'g', 7), ('de', 1, null, 8)")
			.target("create schema \"Sales Dept\"", """
					create table "Sales Dept"."Order" (tenant text collate "C", "No" bigint, "group" text, "fr""om" int,
						primary key (tenant, "No"))""");
		DerivedPlan plan = this.two.plan("\"Sales Dept\".\"Order\"", "\"Sales Dept\".\"Order\"", (builder) -> builder
			.target(TableReference.of("\"Sales Dept\".\"Order\"").withKey("tenant", "No").in(TwoDatabases.OTHER)));
		List<RowKey> keys = List.of(RowKey.of(List.of("fr's", 1)), RowKey.of(List.of("de", 1)));
		new AcrossDerivation(this.two.databases()).deriveApart(plan, TARGET, keys);
		String rows = "select * from \"Sales Dept\".\"Order\" order by 1";
		assertThat(this.two.rows(TARGET, rows)).containsExactly("(de,1,,8)", "(fr's,1,g,7)");
		this.two.source("truncate \"Sales Dept\".\"Order\"");
		this.two.lead(TARGET);
		new AcrossDerivation(this.two.databases()).deriveApart(plan, SOURCE, keys);
		assertThat(this.two.rows(SOURCE, rows)).containsExactly("(de,1,,8)", "(fr's,1,g,7)");
	}

	@Test
	void aRowMayHaveMoreColumnsThanAFunctionMayHaveArguments() {
		String columns = IntStream.rangeClosed(1, 150)
			.mapToObj((i) -> ", c" + i + " int default " + i)
			.collect(Collectors.joining());
		this.two.source("create table wide (id int primary key %s)".formatted(columns), "insert into wide values (1)")
			.target("create table wide (id int primary key %s)".formatted(columns.replace("default", "default -")));
		derive(this.two.plan("wide", "wide"), TARGET, 1);
		assertThat(this.two.rows(TARGET, "select * from wide")).isEqualTo(this.two.rows(SOURCE, "select * from wide"));
	}

	private int derive(DerivedPlan plan, MigrationSide written, Object... ids) {
		this.two.lead(written.other());
		return new AcrossDerivation(this.two.databases()).deriveApart(plan, written,
				Stream.of(ids).map(RowKey::of).toList());
	}

}
