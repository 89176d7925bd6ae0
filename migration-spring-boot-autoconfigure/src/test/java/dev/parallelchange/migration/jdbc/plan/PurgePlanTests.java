package dev.parallelchange.migration.jdbc.plan;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which plans that delete rows are taken, and which are refused.
 */
@TestInstance(Lifecycle.PER_CLASS)
class PurgePlanTests {

	private TestDatabase database;

	private PlanDeriver deriver;

	@BeforeAll
	void createDatabase() {
		this.database = TestDatabase.create();
		this.deriver = new PlanDeriver(
				new MigrationDatabase(this.database.dataSource(), new MigrationTables("migration_")));
		this.database.execute(
				"create table events (id int primary key, name text, at timestamptz, local timestamp, gone boolean)",
				"create table no_key (id int, name text)", "create view events_view as select * from events");
	}

	@AfterAll
	void dropDatabase() {
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "at < now() - interval '1 year'", "source.at < NOW( )", "local < current_timestamp",
			"at::date < current_date - 3", "local < localtimestamp", "gone", "name = 'now()' and gone",
			"\"name\" like '%)%' and (gone or id in (1, 2))" })
	void conditionOverTheRowIsTaken(String condition) {
		DerivedPlan plan = derive(condition);
		assertThat(plan.isPurge()).isTrue();
		assertThat(plan.isReversible()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			random() < 0.5 and gone             | calls random(), which is volatile
			at < clock_timestamp()              | calls clock_timestamp(), which is volatile
			at < statement_timestamp()          | depends on the moment or on the session
			age(at) > interval '1 year'         | depends on the moment or on the session
			at < 'yesterday'                    | may mean the moment at which a statement runs
			name = current_user                 | depends on the moment or on the session
			id in (select id from events)       | has a sub-select
			exists (select 1) and gone          | has a sub-select
			true                                | reads no column
			now() > '2000-01-01'                | reads no column
			id                                  | argument of WHERE must be type boolean, not type integer
			gone) or (gone                      | closes a parenthesis that it has not opened
			gone = = true                       | does not compile: syntax error
			lost                                | does not compile: column "lost" does not exist
			count(*) > 1                        | does not compile: aggregate functions are not allowed in WHERE
			gone; drop table events             | contains ';'
			gone -- and more                    | contains '--'
			""")
	void conditionThatSaysSomethingElseIsRefused(String condition, String problem) {
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> derive(condition))
			.withMessageContaining("Plan 'old-events', purge: ")
			.withMessageContaining(problem);
	}

	@Test
	void tableWithoutAKeyAndAViewAreRefused() {
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> derive("no_key", "id = 1"))
			.withMessageContaining("has no primary key");
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> derive("events_view", "gone"))
			.withMessageContaining("is a view");
	}

	@Test
	void settingsWithoutAMeaningAreRefused() {
		assertRefused(plan().target("archive"), "target");
		assertRefused(plan().map("name", "source.name"), "mapping");
		assertRefused(plan().mirror(MirrorKind.TRIGGERS), "mirror");
		assertRefused(plan().readQueries("select 1"), "read-queries");
		assertRefused(plan().dependsOn("no_key"), "depends-on");
		assertRefused(plan().phase(MigrationPhase.DUAL_WRITE), "phase");
		assertRefused(MigrationPlan.of("old-events").purge("events", " "), "purge");
	}

	@Test
	void repositoryOfAPlanThatDeletesRowsIsRefused() {
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> this.deriver.derive(plan().build(), true))
			.withMessageContaining("a repository is annotated with this plan");
	}

	@Test
	void anotherConditionIsAnotherDefinition() {
		assertThat(derive("gone").fingerprint()).isNotEqualTo(derive("gone and id > 0").fingerprint());
		assertThat(derive("gone").definition().parts()).containsEntry("column events.gone", "boolean");
	}

	private static void assertRefused(MigrationPlanBuilder plan, String property) {
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> MigrationPlans.of(List.of(plan.build())))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo(property));
	}

	private static MigrationPlanBuilder plan() {
		return MigrationPlan.of("old-events").purge("events", "gone");
	}

	private DerivedPlan derive(String condition) {
		return derive("events", condition);
	}

	private DerivedPlan derive(String table, String condition) {
		return this.deriver.derive(MigrationPlan.of("old-events").purge(table, condition).build(), false);
	}

}
