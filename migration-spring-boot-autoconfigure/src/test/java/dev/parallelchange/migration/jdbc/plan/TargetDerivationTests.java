package dev.parallelchange.migration.jdbc.plan;

import java.util.List;
import java.util.UUID;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.ScriptFinding;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.script.JdbcScriptDatabase;
import dev.parallelchange.migration.script.TargetScripts.Part;
import dev.parallelchange.migration.script.TargetScripts.TargetScript;
import dev.parallelchange.migration.script.review.ScriptReview;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TargetDerivation}: what it writes, and that a plan fits what that
 * creates.
 */
@TestInstance(Lifecycle.PER_CLASS)
class TargetDerivationTests {

	private static final String TYPE_PAIRS = """
			select a.attname || ': ' || format_type(a.atttypid, a.atttypmod) || ' '
				|| coalesce(a.attcollation::regcollation::text, '') || ' is '
				|| format_type(b.atttypid, b.atttypmod) || ' ' || coalesce(b.attcollation::regcollation::text, '')
			from pg_attribute a join pg_attribute b on b.attrelid = a.attrelid and b.attname = 'new_' || a.attname
			where a.attrelid = 'kinds'::regclass and (a.atttypid, a.atttypmod, a.attcollation)
				is distinct from (b.atttypid, b.atttypmod, b.attcollation)""";

	private final TestDatabase database = TestDatabase.create();

	private final MigrationDatabase migration = new MigrationDatabase(this.database.dataSource(),
			new MigrationTables("migration_"));

	private final PlanDeriver deriver = new PlanDeriver(this.migration);

	@BeforeAll
	void createTables() {
		this.database.execute("create type mood as enum ('happy', 'sad')", "create domain plain_name as varchar(30)",
				"create domain short_name as text check (length(value) < 9)", "create schema \"Sales Dept\"",
				"create table kinds (id bigint primary key, a varchar(20), b numeric(12,2), c timestamp(3) with time zone, d text collate \"C\", e int[], f varchar(7)[], g mood, h mood[], i plain_name, j json, k char(3), l interval day to second(2))",
				"create table visits (id bigint primary key, visit_date date, pet text, amount numeric(9,2))",
				"create index on visits (pet, visit_date desc nulls last) include (id)",
				"create index on visits (amount)", "create unique index on visits (visit_date, id)",
				"create index on visits ((visit_date + 1))", "create index on visits (visit_date) where pet = 'x'",
				"create table \"Sales Dept\".\"Straßen\" (\"Nr.\" int primary key, \"Größe\" text)",
				"create index on \"Sales Dept\".\"Straßen\" (\"Größe\" text_pattern_ops)",
				"create table users (id bigint generated always as identity primary key, email text not null default 'none', profile jsonb, born date, name short_name)",
				"create index on users (email)", "create table parts (id int, old text) partition by range (id)",
				"create table part partition of parts (primary key (id)) for values from (0) to (9)");
	}

	@AfterAll
	void close() {
		this.database.close();
	}

	@Test
	void aRenamedColumnHasTheTypeOfTheOther() {
		MigrationPlanBuilder plan = MigrationPlan.of("kinds").table("kinds");
		"abcdefghijkl".chars().forEach((name) -> plan.rename((char) name + "", "new_" + (char) name));
		List<TargetScript> missing = this.deriver.missing(plan.build());
		assertThat(missing).singleElement().satisfies((script) -> {
			assertThat(script.part()).isEqualTo(Part.COLUMNS);
			assertThat(script.sql()).startsWith("-- migration:allow json:")
				.contains(
						"alter table kinds\n\tadd column new_a character varying(20),\n\tadd column new_b numeric(12,2),",
						"add column new_d text collate pg_catalog.\"C\"", "add column new_f character varying(7)[]");
		});
		create(plan.build());
		assertThat(this.database.jdbcClient().sql(TYPE_PAIRS).query(String.class).list()).isEmpty();
		this.database.execute(missing.get(0).undo());
		assertThat(this.deriver.missing(plan.build())).isEqualTo(missing);
	}

	@Test
	void aComputedColumnHasTheTypeThatItsExpressionStates() {
		MigrationPlan plan = MigrationPlan.of("cents")
			.table("visits")
			.map("cents", "cast(source.amount * 100 as bigint)")
			.map("visited_at", "source.visit_date::timestamp(0)")
			.map("pet_name", "lower(source.pet)::varchar(50)")
			.build();
		assertThat(this.deriver.missing(plan)).singleElement().extracting(TargetScript::sql).isEqualTo("""
				alter table visits
					add column cents bigint,
					add column pet_name character varying(50),
					add column visited_at timestamp(0) without time zone;
				""");
		assertThat(create(plan).shape()).isEqualTo(PlanShape.COLUMN);
		this.database.execute("alter table visits drop column cents, drop column pet_name, drop column visited_at");
	}

	@Test
	void anIndexOverARenamedColumnGetsItsEqual() {
		this.database.execute("create table visits_pet_visited_on_id_idx ()");
		MigrationPlan plan = MigrationPlan.of("visits").table("visits").rename("visit_date", "visited_on").build();
		List<TargetScript> missing = this.deriver.missing(plan);
		assertThat(missing).extracting(TargetScript::part).containsExactly(Part.COLUMNS, Part.INDEX);
		assertThat(missing.get(1).sql()).isEqualTo("""
				create index concurrently if not exists visits_pet_visited_on_id_idx1 on visits
					USING btree (pet, visited_on DESC NULLS LAST) INCLUDE (id);
				""");
		assertThat(missing.get(1).undo())
			.isEqualTo("drop index concurrently if exists visits_pet_visited_on_id_idx1;\n");
		create(plan);
		this.database.execute("alter table visits drop column visited_on");
	}

	@Test
	void namesAreQuotedWhereTheyHaveToBe() {
		MigrationPlan plan = MigrationPlan.of("streets")
			.table("\"Sales Dept\".\"Straßen\"")
			.rename("\"Größe\"", "\"Länge \"\"neu\"\"\"")
			.map("Order", "length(source.\"Größe\")")
			.build();
		assertThat(this.deriver.missing(plan)).extracting(TargetScript::sql).containsExactly("""
				alter table "Sales Dept"."Straßen"
					add column "Länge ""neu""\" text,
					add column "order" integer;
				""", """
				create index concurrently if not exists "Straßen_Länge ""neu""_idx" on "Sales Dept"."Straßen"
					USING btree ("Länge ""neu""\" text_pattern_ops);
				""");
		create(plan);
	}

	@Test
	void aSplitHasTheKeyAndWhatThePlanNames() {
		MigrationPlan plan = MigrationPlan.of("settings")
			.source("users")
			.target("user_settings")
			.shape(PlanShape.SPLIT)
			.rename("id", "user_id")
			.map("theme", "coalesce(source.profile ->> 'theme', 'light')")
			.map("mail", "source.email")
			.build();
		assertThat(this.deriver.missing(plan)).singleElement().isEqualTo(new TargetScript(Part.TABLE, """
				create table user_settings (
					user_id bigint,
					mail text default 'none'::text,
					theme text,
					primary key (user_id)
				);
				create index user_settings_mail_idx on user_settings
					USING btree (mail);
				""", "drop table user_settings;\n"));
		DerivedPlan derived = create(plan);
		assertThat(derived.target().key()).extracting("name").containsExactly("user_id");
		assertThat(derived.shape()).isEqualTo(PlanShape.SPLIT);
	}

	@Test
	void aMovedTableHasAllColumnsAndMakesKeysOfItsOwn() {
		MigrationPlan plan = MigrationPlan.of("people")
			.source("users")
			.target("\"Sales Dept\".people")
			.shape(PlanShape.MOVED_TABLE)
			.rename("born", "birthday")
			.map("theme", "source.profile ->> 'theme'")
			.build();
		assertThat(this.deriver.missing(plan)).singleElement().extracting(TargetScript::sql).isEqualTo("""
				create table "Sales Dept".people (
					id bigint generated by default as identity,
					email text default 'none'::text,
					birthday date,
					name short_name,
					theme text,
					primary key (id)
				);
				create index people_email_idx on "Sales Dept".people
					USING btree (email);
				""");
		create(plan);
	}

	@Test
	void columnsThatAreAddedToAPlanAreAddedToItsTarget() {
		this.database.execute("create table known (id bigint primary key, email text)");
		MigrationPlan plan = MigrationPlan.of("known")
			.source("users")
			.target("known")
			.rename("email", "email")
			.rename("born", "birthday")
			.build();
		assertThat(this.deriver.missing(plan)).singleElement()
			.extracting(TargetScript::sql)
			.isEqualTo("alter table known\n\tadd column birthday date;\n");
	}

	@Test
	void whatCannotBeDerivedIsRefusedWithTheReason() {
		refused(MigrationPlan.of("p").source("users").target("nothing"), "shape",
				"nothing says which columns it is to have");
		refused(MigrationPlan.of("p").table("users").rename("name", "called"), "rename.name",
				"would have the domain short_name, which has a constraint or a default");
		refused(MigrationPlan.of("p").table("users").map("called", "source.email::short_name"), "mapping.called",
				"PostgreSQL would write the whole table anew");
		refused(MigrationPlan.of("p").table("users").rename("email", "e".repeat(64)), "rename.email",
				"is longer than the 63 bytes");
		refused(MigrationPlan.of("p").table("part").rename("old", "young"), "target.table", "'part' is a partition");
		refused(MigrationPlan.of("p").table("users").map("now", "now()"), "mapping.now", "depends on the moment");
		refused(MigrationPlan.of("p").table("users").rename("email", "x").map("x", "source.born"), "mapping.x",
				"mapped twice");
	}

	@Test
	void theApplicationThatLacksItsTargetIsToldOfThisWayOut() {
		PlanValidation validation = new PlanValidation(this.migration, this.deriver, (plan) -> false);
		MigrationPlan plan = MigrationPlan.of("p")
			.table("users")
			.rename("email", "mail")
			.phase(MigrationPhase.BACKFILL)
			.build();
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> validation.derive(plan))
			.satisfies((ex) -> assertThat(ex.getFix()).contains("or state 'scripts.derive: true', and the starter runs",
					"alter table users\n\tadd column mail text;"));
		PlanValidation deriving = new PlanValidation(this.migration, this.deriver, (id) -> false, (id) -> true,
				(id) -> true);
		assertThat(deriving.derive(plan)).get().matches(DerivedPlan::isProvisional);
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> deriving.derive(MigrationPlan.of("p").source("users").target("nothing").build()))
			.withMessageStartingWith("Plan 'p', shape: the table 'nothing' does not exist");
		assertThatExceptionOfType(InvalidPlanException.class).as("what no script creates")
			.isThrownBy(() -> deriving.derive(MigrationPlan.of("p").table("users").map("born", "now()::date").build()))
			.withMessageContaining("depends on the moment");
	}

	@Test
	void aTargetThatIsCreatedWhileItIsFoundMissingIsNoticed() {
		PlanValidation validation = new PlanValidation(this.migration, this.deriver, (id) -> false, (id) -> true,
				(id) -> {
					this.database.execute("create table late (id bigint primary key, email text)");
					return false;
				});
		MigrationPlan plan = MigrationPlan.of("late").source("users").target("late").build();
		DerivedPlan provisional = validation.derive(plan).orElseThrow();
		assertThat(provisional.isProvisional()).isTrue();
		assertThat(validation.isCurrent(provisional)).isFalse();
	}

	private void refused(MigrationPlanBuilder plan, String property, String problem) {
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> this.deriver.missing(plan.build()))
			.satisfies((ex) -> {
				assertThat(ex.getProperty()).isEqualTo(property);
				assertThat(ex.getProblem()).contains(problem);
			});
	}

	/**
	 * Run what is missing; then nothing is, and the plan can be derived. No review finds
	 * anything about it.
	 */
	private DerivedPlan create(MigrationPlan plan) {
		List<TargetScript> missing = this.deriver.missing(plan);
		ScriptReview review = new ScriptReview(SqlDialect.POSTGRESQL,
				new JdbcScriptDatabase(this.migration, UUID.randomUUID()).catalog());
		assertThat(review.review(missing.stream().map((script) -> read(script.sql())).toList(), false))
			.allMatch(ScriptFinding::mayRun);
		missing.forEach((script) -> {
			assertThat(review.review(List.of(read(script.undo())), true)).isEmpty();
			read(script.sql()).statements().forEach((statement) -> this.database.execute(statement.sql()));
		});
		assertThat(this.deriver.missing(plan)).isEmpty();
		return this.deriver.derive(plan, false);
	}

	private static SqlScript read(String sql) {
		return SqlScript.read("V1__derived.sql", sql, SqlDialect.POSTGRESQL);
	}

}
