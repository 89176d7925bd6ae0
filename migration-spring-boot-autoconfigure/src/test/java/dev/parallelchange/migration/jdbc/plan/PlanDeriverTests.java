package dev.parallelchange.migration.jdbc.plan;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PlanDeriver}: what a plan leaves out.
 */
class PlanDeriverTests {

	private final TestDatabase database = TestDatabase.create();

	private final PlanDeriver deriver = new PlanDeriver(
			new MigrationDatabase(this.database.dataSource(), new MigrationTables(MigrationTables.DEFAULT_PREFIX)));

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void splitTakesItsKeyFromTheForeignKeyAndItsColumnsFromEqualNames() {
		this.database.execute("create table owners (id int primary key, name text, phone text, city text)", """
				create table contact (id bigint generated always as identity primary key,
					owner_id bigint not null unique references owners on delete cascade, phone text, city text)""");
		DerivedPlan plan = derive(plan().source("owners").target("contact"));
		assertThat(plan.shape()).isEqualTo(PlanShape.SPLIT);
		assertThat(names(plan.source().key())).containsExactly("id");
		assertThat(names(plan.target().key())).containsExactly("owner_id");
		assertThat(expressions(plan.mapping()))
			.isEqualTo(Map.of("phone", "source.\"phone\"", "city", "source.\"city\""));
		assertThat(expressions(plan.reverse()))
			.isEqualTo(Map.of("phone", "target.\"phone\"", "city", "target.\"city\""));
		assertThat(plan.isReversible()).isTrue();
		assertThat(plan.mirror()).isEqualTo(MirrorKind.TRIGGERS);
		assertThat(plan.switchKind()).isEqualTo(SwitchKind.RELEASE);
	}

	@Test
	void annotatedRepositoryChoosesProxies() {
		this.database.execute("create table a (id int primary key, v int)", "create table b (like a including all)");
		DerivedPlan plan = this.deriver.derive(plan().source("a").target("b").build(), true);
		assertThat(plan.mirror()).isEqualTo(MirrorKind.PROXIES);
		assertThat(plan.switchKind()).isEqualTo(SwitchKind.REPOSITORY);
	}

	@Test
	void movedTableTakesItsKeyFromARenamedColumn() {
		this.database.execute("create table orders (tenant uuid, nr int, state text, primary key (tenant, nr))",
				"create table purchase (no bigint, tenant uuid, status varchar(20), primary key (tenant, no))");
		DerivedPlan plan = derive(plan().source("orders")
			.target("purchase")
			.rename("nr", "no")
			.map("tenant", "source.tenant")
			.rename("state", "status"));
		assertThat(plan.shape()).isEqualTo(PlanShape.MOVED_TABLE);
		assertThat(names(plan.source().key())).containsExactly("tenant", "nr");
		assertThat(names(plan.target().key())).containsExactly("tenant", "no");
		assertThat(expressions(plan.mapping())).isEqualTo(Map.of("status", "source.\"state\""));
		assertThat(expressions(plan.reverse())).isEqualTo(Map.of("state", "target.\"status\""));
	}

	@Test
	void movedTableTakesItsKeyFromEqualNames() {
		this.database.execute("create table a (id timestamptz primary key, v int)",
				"create table b (id timestamptz unique not null, v int)");
		DerivedPlan plan = derive(plan().source("a").target("b"));
		assertThat(names(plan.target().key())).containsExactly("id");
		assertThat(plan.shape()).isEqualTo(PlanShape.MOVED_TABLE);
	}

	@Test
	void explicitKeysWin() {
		this.database.execute("create table a (id int primary key, code text not null unique, v int)",
				"create table b (id int primary key, code varchar(9) not null unique, v int)");
		DerivedPlan plan = derive(plan().source("a", "code").target("b", "code"));
		assertThat(names(plan.source().key())).containsExactly("code");
		assertThat(names(plan.target().key())).containsExactly("code");
		assertThat(expressions(plan.mapping())).containsOnlyKeys("id", "v");
	}

	@Test
	void columnPlanMapsWhatItDeclares() {
		this.database.execute("create table visits (id int primary key, visit_date date, visited_on date)");
		DerivedPlan plan = derive(plan().table("visits").rename("visit_date", "visited_on"));
		assertThat(plan.shape()).isEqualTo(PlanShape.COLUMN);
		assertThat(plan.target()).isEqualTo(plan.source());
		assertThat(expressions(plan.mapping())).isEqualTo(Map.of("visited_on", "source.\"visit_date\""));
		assertThat(expressions(plan.reverse())).isEqualTo(Map.of("visit_date", "target.\"visited_on\""));
	}

	@Test
	void computedColumnWithoutReverseMakesThePlanOneWay() {
		this.database.execute("create table a (id int primary key, name text)",
				"create table b (id int primary key, name text)");
		DerivedPlan plan = derive(plan().source("a").target("b").map("name", "upper(source.name)"));
		assertThat(plan.isReversible()).isFalse();
		assertThat(plan.reverse()).isEmpty();
		assertThat(plan.oneWayReason())
			.isEqualTo("target column 'name' is computed from source column 'name', for which there is no 'reverse'");
		assertThat(derive(
				plan().source("a").target("b").map("name", "upper(source.name)").reverse("name", "lower(target.name)"))
			.isReversible()).isTrue();
	}

	@Test
	void columnComputedFromTheKeyNeedsNoReverse() {
		this.database.execute("create table a (id int primary key)", "create table b (id int primary key, label text)");
		assertThat(derive(plan().source("a").target("b").map("label", "'no ' || source.id")).isReversible()).isTrue();
	}

	@Test
	void namesOfEveryKindAreFound() {
		this.database.execute("create schema \"Old Shop\"",
				"create table \"Old Shop\".\"Größe.x\" (\"Id\" int primary key, \"a\"\"b\" text, \"select\" text, \"日本\" text, gone int, \"Weird Name\" text)",
				"alter table \"Old Shop\".\"Größe.x\" drop column gone",
				"create table \"order\" (id int primary key, \"a\"\"b\" text, \"from\" text, \"日本\" text, weird text)");
		DerivedPlan plan = derive(plan().source("\"Old Shop\".\"Größe.x\"", "Id")
			.target("\"order\"", "id")
			.rename("select", "from")
			.map("weird", "source.\"Weird Name\""));
		assertThat(plan.source().sql()).isEqualTo("\"Old Shop\".\"Größe.x\"");
		assertThat(expressions(plan.mapping())).isEqualTo(Map.of("a\"b", "source.\"a\"\"b\"", "from",
				"source.\"select\"", "日本", "source.\"日本\"", "weird", "source.\"Weird Name\""));
		assertThat(expressions(plan.reverse())).containsOnlyKeys("a\"b", "select", "日本", "Weird Name");
		assertThat(plan.shape()).isEqualTo(PlanShape.MOVED_TABLE);
	}

	@Test
	void exactSpellingWinsOverFoldedSpelling() {
		this.database.execute("create table a (id int primary key, name text, \"Name\" text)",
				"create table b (id int primary key, x text, y text)");
		DerivedPlan plan = derive(plan().source("a").target("b").rename("Name", "x").rename("NAME", "y"));
		assertThat(expressions(plan.mapping())).isEqualTo(Map.of("x", "source.\"Name\"", "y", "source.\"name\""));
	}

	@Test
	void mappingAndFingerprintDoNotDependOnTheOrderOfDeclaration() {
		this.database.execute("create table a (id int primary key, a int, b int, c int, d int)",
				"create table b (id int primary key, w int, x int, y int, z int)");
		DerivedPlan plan = derive(
				plan().source("a").target("b").rename("a", "z").rename("b", "y").rename("c", "x").rename("d", "w"));
		assertThat(plan.mapping()).extracting((mapped) -> mapped.column().name()).containsExactly("w", "x", "y", "z");
		assertThat(plan.reverse()).extracting((mapped) -> mapped.column().name()).containsExactly("a", "b", "c", "d");
		DerivedPlan other = derive(
				plan().source("a").target("b").rename("d", "w").rename("c", "x").rename("b", "y").rename("a", "z"));
		assertThat(other.fingerprint()).isEqualTo(plan.fingerprint());
	}

	@Test
	void fingerprintFollowsWhatThePlanUsesAndNothingElse() {
		this.database.execute("create table a (id int primary key, v int, stays int)",
				"create table b (id int primary key, v bigint)");
		MigrationPlanBuilder plan = plan().source("a").target("b");
		String before = derive(plan).fingerprint();
		this.database.execute("alter table a add other int", "alter table b add other2 int");
		assertThat(derive(plan).fingerprint()).isEqualTo(before);
		this.database.execute("alter table a alter v type bigint");
		String after = derive(plan).fingerprint();
		assertThat(after).isNotEqualTo(before);
		assertThat(derive(plan.filter("source.v > 0")).fingerprint()).isNotEqualTo(after);
	}

	@Test
	void generatedColumnsAreLeftToTheDatabase() {
		this.database.execute("create table a (id int primary key, v int, w int generated always as (v * 2) stored)",
				"create table b (id int primary key, v int, w int generated always as (v * 2) stored)");
		DerivedPlan plan = derive(plan().source("a").target("b"));
		assertThat(expressions(plan.mapping())).containsOnlyKeys("v");
		assertThat(plan.isReversible()).isTrue();
	}

	@Test
	void typesOfEveryKindAreDerivedAndKnownToBeComparableOrNot() {
		this.database.execute("create extension citext", "create type mood as enum ('sad', 'happy')",
				"create domain email as text check (value like '%@%')", "create domain ci as citext",
				"create type pair as (a int, b int)");
		String columns = "id uuid primary key, d email, e mood, a text[], ja json[], ci citext, dci ci, jb jsonb, j json, x xml, n numeric(10,2), c char(3), v varchar(5), i interval, p point, b bytea, bo boolean, co pair, r int4range, es mood[]";
		this.database.execute("create table t1 (" + columns + ")", "create table t2 (" + columns + ")");
		DerivedPlan plan = derive(plan().source("t1").target("t2"));
		assertThat(plan.mapping()).hasSize(19);
		Map<Boolean, List<String>> comparable = plan.mapping()
			.stream()
			.map(MappedColumn::column)
			.collect(Collectors.partitioningBy(TableColumn::comparableDirectly,
					Collectors.mapping(TableColumn::name, Collectors.toList())));
		assertThat(comparable.get(true)).containsExactlyInAnyOrder("d", "e", "a", "jb", "n", "c", "v", "b", "bo", "es");
		assertThat(comparable.get(false)).containsExactlyInAnyOrder("ja", "ci", "dci", "j", "x", "i", "p", "co", "r");
		PlanSql sql = new PlanSql(plan);
		this.database.jdbcClient()
			.sql("select count(*) from t1 as source join t2 as target on true where " + sql.differs())
			.query(Long.class)
			.single();
	}

	@Test
	void partitionedTableIsATable() {
		this.database.execute("create table a (id int primary key, v int)",
				"create table b (id int primary key, v int) partition by range (id)");
		assertThat(derive(plan().source("a").target("b")).target().name()).isEqualTo("b");
	}

	@Test
	void deterministicExpressionsAreAccepted() {
		this.database.execute("create table themes (code text primary key, name text)",
				"create table a (id int primary key, profile jsonb, at timestamptz, tags text[], n text)",
				"create table b (id int primary key, v text)");
		for (String expression : List.of("coalesce(source.profile ->> 'theme', 'light')",
				"concat(source.n, '; -- ?', source.id)", "to_jsonb(source.tags)::text",
				"to_char(source.at at time zone 'UTC', 'YYYY')", "(source.at at time zone 'UTC')::text",
				"(select string_agg(t, ',' order by t) from unnest(source.tags) as t)",
				"jsonb_build_object('a', source.n)::text",
				"case when jsonb_exists(source.profile, 'x') then E'it\\'s :x' end",
				"(select name from themes where code = source.n)", "source . \"n\"", "SOURCE.N")) {
			assertThat(derive(plan().source("a").target("b").map("v", expression).dependsOn("themes")).mapping())
				.as(expression)
				.hasSize(1);
		}
	}

	@Test
	void compilingLeavesNoTrace() {
		this.database.execute("create table a (id int primary key, v int)", "create table b (like a including all)");
		derive(plan().source("a").target("b").map("v", "source.v + 1"));
		assertThat(this.database.jdbcClient()
			.sql("select count(*) from pg_class where relname = 'migration_check'")
			.query(Long.class)
			.single()).isZero();
	}

	private DerivedPlan derive(MigrationPlanBuilder plan) {
		return this.deriver.derive(plan.build(), false);
	}

	private static MigrationPlanBuilder plan() {
		return MigrationPlan.of("x");
	}

	private static List<String> names(List<TableColumn> columns) {
		return columns.stream().map(TableColumn::name).toList();
	}

	private static Map<String, String> expressions(List<MappedColumn> columns) {
		return columns.stream().collect(Collectors.toMap((mapped) -> mapped.column().name(), MappedColumn::expression));
	}

}
