package dev.parallelchange.migration.jdbc.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.ContractSettings;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.TableReference;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.test.PostgresVersion;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link PlanDeriver}: what it refuses, and what it says.
 */
@TestInstance(Lifecycle.PER_CLASS)
class InvalidPlanTests {

	private TestDatabase database;

	private PlanDeriver deriver;

	@BeforeAll
	void createDatabase() {
		this.database = TestDatabase.create(version());
		this.deriver = new PlanDeriver(
				new MigrationDatabase(this.database.dataSource(), new MigrationTables("migration_")));
		this.database.execute(
				"create table users (id int primary key, name text, at timestamptz, local timestamp, tags text[], profile jsonb)",
				"create table settings (id int primary key, name text, theme text)",
				"create table no_key (id int, name text)", "create view users_view as select * from users",
				"create table nullable_key (id int unique, name text)",
				"create table uuid_key (id uuid primary key, name text)",
				"create table small_key (id smallint primary key, name text)",
				"create table numeric_key (id numeric primary key, name text)",
				"create table partial_key (id int not null, name text)",
				"create unique index on partial_key (id) where name is not null",
				"create table deferred_key (id int not null unique deferrable, name text)",
				"create table two_keys (a int, b int, name text, primary key (a, b))",
				"create table strict (id int primary key, must text not null)",
				"create table generated_column (id int primary key, g text generated always as ('x') stored)",
				"create table text_key (id text primary key)",
				"create table text_key_c (id text collate \"C\" primary key)",
				"create table flagged (id int primary key, old text, new text)",
				"create table themes (code text primary key)",
				"create function volatile_one() returns text language sql as 'select ''x'''",
				"create sequence counter");
	}

	@AfterAll
	void closeDatabase() {
		this.database.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					nothing | settings | source.table | there is no table 'nothing' | Create it, or correct the name; put names with capital letters
					users | nothing | target.table | there is no table 'nothing' | Create it
					users | no such table | target.table | 'no such table' | in double quotes
					users | a.b.c | target.table | 'a.b.c' is not the name of a table | Write table or schema.table
					users_view | settings | source.table | 'users_view' is a view | Name the table that holds the rows
					users | users_view | target.table | 'users_view' is a view | Name the table that holds the rows
					no_key | settings | source.key | table 'no_key' has no primary key to derive the key from | Name the columns of a unique index in 'source.key'
					users | no_key | target.key | no unique index of table 'public.no_key' covers exactly the key [id] | create unique index concurrently on "public"."no_key" ("id")
					users | partial_key | target.key | no unique index of table 'public.partial_key' covers exactly the key [id] | create unique index concurrently
					users | deferred_key | target.key | no unique index of table 'public.deferred_key' covers exactly the key [id] | create unique index concurrently
					users | nullable_key | target.key | key column 'id' of table 'public.nullable_key' accepts null | alter table "public"."nullable_key" alter column "id" set not null
					users | uuid_key | target.key | key column 'id' has the type uuid, but 'id' of the source has the type integer | Give both the same type
					users | small_key | target.key | key column 'id' has the type smallint, but 'id' of the source has the type integer | Give both the same type
					numeric_key | settings | source.key | key column 'id' of table 'public.numeric_key' has the type numeric | integer, uuid, text
					users | two_keys | target.key | there is no column 'id' | The columns are [a, b, name]
					text_key | text_key_c | target.key | key columns 'id' and 'id' sort texts differently | Give both the same collation
					users | strict | mapping.must | target column 'must' needs a value, and nothing is mapped to it | Map it, or give it a default
					users | users | mapping | source and target are the same table 'public.users', and nothing is mapped | State 'rename' or 'mapping'
					""")
	void tableIsRefused(String source, String target, String property, String problem, String fix) {
		assertRefused(plan().source(source).target(target), property, problem, fix);
	}

	@Test
	void aSwitchByReleaseNeedsTriggers() {
		assertRefused(
				plan().source("users")
					.target("settings")
					.mirror(dev.parallelchange.migration.MirrorKind.PROXIES)
					.switchKind(dev.parallelchange.migration.SwitchKind.RELEASE),
				"switch", "'release' lets two releases write different sides", "Use 'mirror: triggers'");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					light | 'light' does not compile: column "light" does not exist | for the text 'light' write "'light'"
					name | 'name' does not compile: column reference "name" is ambiguous | Write columns as source.<column>
					source.nmae | 'source.nmae' reads source column 'nmae', which does not exist | The columns are [id, name, at, local, tags, profile]
					target.name | missing FROM-clause entry for table "target" | Write columns as source.<column>
					upper(source.name | does not compile: syntax error | Correct the expression
					nothing(source.name) | function nothing(text) does not exist | Correct the expression
					random()::text | calls random(), which is volatile | Compute the value from the row's columns alone
					gen_random_uuid()::text | calls gen_random_uuid(), which is volatile | Compute the value
					nextval('counter')::text | calls nextval(), which is volatile | Compute the value
					clock_timestamp()::text | calls clock_timestamp(), which is volatile | Compute the value
					volatile_one() | calls volatile_one(), which is volatile | mark it IMMUTABLE
					now()::text | calls now(), which depends on the moment or on the session | Compute the value
					current_date::text | depends on the moment or on the session | Compute the value
					current_user | depends on the moment or on the session | Compute the value
					age(source.local)::text | calls age(), which depends on the moment | Compute the value
					source.at::text | depends on the session's time zone | at time zone 'UTC'
					source.at::date::text | depends on the session's time zone | at time zone 'UTC'
					source.at::time::text | depends on the session's time zone | at time zone 'UTC'
					(source.local::timestamptz at time zone 'UTC')::text | depends on the session's time zone | at time zone 'UTC'
					extract(year from source.name::timestamptz at time zone 'UTC')::text | depends on the session's time zone | at time zone 'UTC'
					to_char(source.at, 'YYYY') | depends on the session's time zone | at time zone 'UTC'
					jsonb_build_object('at', source.at)::text | depends on the session's time zone | at time zone 'UTC'
					unnest(source.tags) | can yield several rows | one value
					max(source.name) | aggregates rows | sub-select
					row_number() over ()::text | uses a window function | one row
					(select code from themes limit 1) | looks up the table 'themes', which 'depends-on' does not name | Add 'themes' to 'depends-on'
					(select u.name from users as u where u.id = source.id + 1) | looks up the table 'users', which 'depends-on' does not name | Add 'users'
					(source.profile ? 'a')::text | uses the operator '?', which JDBC takes for a parameter | jsonb_exists
					source.tags[1:2]::text | has a ':', which Spring takes for a parameter | array slices
					source.name; drop table x | contains ';' | Leave out semicolons
					source.name -- x | contains '--' | comments
					$$x$$ | contains '$$' | single quotes
					source::text | uses the whole row 'source' | Name the columns
					to_jsonb(source.*)::text | uses the whole row 'source.*' | Name the columns
					""")
	void mappingIsRefused(String expression, String problem, String fix) {
		assertRefused(plan().source("users").target("settings").map("theme", expression), "mapping.theme", problem,
				fix);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			source.nmae is null | reads source column 'nmae', which does not exist | The columns are
			source.name | does not compile: argument of WHERE must be type boolean | Correct the expression
			name is null | is ambiguous | Write columns as source.<column>
			random() > 0.5 | calls random(), which is volatile | Compute the value
			source.at > now() | calls now(), which depends on the moment | Compute the value
			""")
	void filterIsRefused(String filter, String problem, String fix) {
		assertRefused(plan().source("users").target("settings").filter(filter), "filter", problem, fix);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					nmae | target.name | there is no column 'nmae' | The columns are
					id | target.id | 'id' is a key column | Leave it out
					profile | target.nothing | does not compile: column target.nothing does not exist | Write columns as source.<column>, or target.<column>
					profile | theme | is ambiguous | or target.<column> in 'reverse'
					profile | to_jsonb(concat(target.theme, random())) | calls random(), which is volatile | Compute the value
					""")
	void reverseIsRefused(String column, String expression, String problem, String fix) {
		assertRefused(plan().source("users").target("settings").reverse(column, expression), "reverse." + column,
				problem, fix);
	}

	@Test
	void unknownColumnsAreRefused() {
		assertRefused(plan().source("users").target("settings").map("thme", "'x'"), "mapping.thme",
				"there is no column 'thme'", "The columns are [id, name, theme]");
		assertRefused(plan().source("users").target("settings").rename("nmae", "theme"), "rename",
				"there is no column 'nmae'", "The columns are [id, name, at, local, tags, profile]");
		assertRefused(plan().source("users").target("settings").rename("name", "thme"), "rename.name",
				"there is no column 'thme'", "The columns are [id, name, theme]");
		assertRefused(plan().source("users", "idd").target("settings"), "source.key", "there is no column 'idd'",
				"The columns are");
		assertRefused(plan().source("users", "name").target("settings"), "source.key",
				"no unique index of table 'public.users' covers exactly the key [name]",
				"create unique index concurrently on \"public\".\"users\" (\"name\")");
		assertRefused(plan().source("users").target("settings", "id", "name"), "target.key",
				"no unique index of table 'public.settings' covers exactly the key [id, name]", "create unique index");
	}

	@Test
	void keysOfDifferentLengthsAreRefused() {
		assertRefused(plan().source("users").target("two_keys", "a", "b"), "target.key",
				"the source's key [id] and the target's key [a, b] have different numbers of columns",
				"Name as many columns");
	}

	@Test
	void computedKeyIsRefused() {
		assertRefused(plan().source("users").target("settings").map("id", "source.id + 1000"), "mapping.id",
				"'source.id + 1000' would compute the key column 'id'", "leave it out");
		assertRefused(plan().table("flagged").map("id", "source.id"), "mapping.id", "would compute the key column 'id'",
				"leave it out");
	}

	@Test
	void columnThatIsMappedTwiceIsRefused() {
		assertRefused(plan().source("users").target("settings").rename("name", "theme").map("theme", "'x'"),
				"mapping.theme", "target column 'theme' is mapped twice", "Keep one of the two");
	}

	@Test
	void generatedColumnIsRefused() {
		assertRefused(plan().source("users").target("generated_column").map("g", "source.name"), "mapping.g",
				"column 'g' is generated by the database", "Leave it out");
	}

	@Test
	void columnPlanThatReadsWhatItWritesIsRefused() {
		assertRefused(plan().table("flagged").map("new", "source.new || 'x'"), "mapping.new",
				"'source.new || 'x'' reads column 'new', which the plan itself writes", "Write to a new column");
	}

	@Test
	void sourceInAnotherDatabaseIsRefused() {
		assertRefused(plan().source(TableReference.of("users").in("ordersDataSource")).target("settings"),
				"source.data-source",
				"'ordersDataSource' is stated, but a source is always in the database of the plans' own DataSource",
				"Leave it out");
	}

	@Test
	void triggersToAnotherDatabaseAreRefused() {
		assertRefused(plan().source("users").target(TableReference.of("settings").in("ordersDataSource")), "mirror",
				"the target is in another database, and triggers cannot write there", "State 'mirror: proxies'");
	}

	@Test
	void aSourceInAnotherDatabaseThanTheTargetIsNotDropped() {
		assertRefused(across("ordersDataSource").contract(ContractSettings.DEFAULTS), "contract.source",
				"the source is to be dropped, which is not supported yet where the target is in another database",
				"State 'contract.source: keep'");
	}

	@Test
	void unknownDataSourceIsRefused() {
		assertRefused(across("ordersDataSource"), "target.data-source",
				"there is no DataSource bean of the name 'ordersDataSource' besides the plans' own", "Name one");
	}

	@Test
	void anotherWayIntoTheSameDatabaseIsRefused() {
		MigrationDatabase main = new MigrationDatabase(this.database.dataSource(), new MigrationTables("migration_"));
		PlanDatabases databases = new PlanDatabases(main,
				Map.of("again", new MigrationDatabase(new DriverManagerDataSource(this.database.jdbcUrl()),
						new MigrationTables("migration_"))));
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> new PlanDeriver(databases).derive(across("again").build(), false))
			.withMessageContaining("'again' leads to the source's own database");
	}

	@Test
	void anotherDatabaseWithoutTheLibrarysTablesIsRefused() {
		try (TestDatabase other = TestDatabase.create()) {
			other.execute("create table settings (user_id int primary key, theme text)");
			PlanDatabases databases = new PlanDatabases(
					new MigrationDatabase(this.database.dataSource(), new MigrationTables("migration_")),
					Map.of("other", new MigrationDatabase(other.dataSource(), new MigrationTables("migration_"))));
			assertThatExceptionOfType(InvalidPlanException.class)
				.isThrownBy(() -> new PlanDeriver(databases).derive(across("other").build(), false))
				.withMessageContaining("the library's tables are missing in the database of 'other'");
		}
	}

	private static MigrationPlanBuilder across(String dataSource) {
		return plan().source("users")
			.target(TableReference.of("settings").in(dataSource))
			.mirror(MirrorKind.PROXIES)
			.contract(new ContractSettings(SourceRemoval.KEEP, List.of(), Duration.ZERO, Duration.ZERO));
	}

	@Test
	void shapeThatDoesNotFitIsRefused() {
		assertRefused(plan().source("users").target("settings").shape(PlanShape.COLUMN), "shape",
				"'COLUMN' does not fit, since source and target are different tables", "Leave it out");
	}

	@Test
	void unknownLookupIsRefused() {
		assertRefused(plan().source("users").target("settings").dependsOn("nothing"), "depends-on",
				"there is no table 'nothing'", "Correct the name");
	}

	@Test
	void roleWithoutTemporaryTablesIsCheckedWithoutVolatility() {
		this.database.execute("create role poor login", "grant select on users, settings to poor",
				"revoke temporary on database " + name() + " from public");
		try {
			var poor = new org.postgresql.ds.PGSimpleDataSource();
			poor.setUrl(this.database.jdbcUrl());
			PlanDeriver deriver = new PlanDeriver(
					new MigrationDatabase(new org.springframework.jdbc.datasource.DelegatingDataSource(poor) {
						@Override
						public java.sql.Connection getConnection() throws java.sql.SQLException {
							java.sql.Connection connection = super.getConnection();
							connection.createStatement().execute("set role poor");
							return connection;
						}
					}, new MigrationTables("migration_")));
			MigrationPlanBuilder plan = plan().source("users").target("settings");
			assertThat(deriver.derive(plan.map("theme", "random()::text").build(), false).mapping()).hasSize(2);
			InvalidPlanException refusal = catchThrowableOfType(InvalidPlanException.class,
					() -> deriver.derive(plan.map("theme", "light").build(), false));
			assertThat(refusal).hasMessageContaining("column \"light\" does not exist");
		}
		finally {
			this.database.execute("grant temporary on database " + name() + " to public", "drop owned by poor",
					"drop role poor");
		}
	}

	private String name() {
		return this.database.jdbcClient().sql("select current_database()").query(String.class).single();
	}

	PostgresVersion version() {
		return PostgresVersion.NEWEST;
	}

	private static MigrationPlanBuilder plan() {
		return MigrationPlan.of("user-settings");
	}

	private void assertRefused(MigrationPlanBuilder plan, String property, String problem, String fix) {
		InvalidPlanException refusal = catchThrowableOfType(InvalidPlanException.class,
				() -> this.deriver.derive(plan.build(), false));
		assertThat(refusal).as("refusal").isNotNull();
		assertThat(refusal.getPlanId()).isEqualTo("user-settings");
		assertThat(refusal.getProperty()).isEqualTo(property);
		assertThat(refusal.getProblem()).contains(problem);
		assertThat(refusal.getFix()).contains(fix);
		assertThat(refusal).hasMessageStartingWith("Plan 'user-settings', " + property + ": ");
	}

}
