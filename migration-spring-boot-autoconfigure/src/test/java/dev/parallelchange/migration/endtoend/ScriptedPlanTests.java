package dev.parallelchange.migration.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.ScriptStatus;
import dev.parallelchange.migration.ScriptStatus.State;
import dev.parallelchange.migration.startup.DatabaseApplication;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plan whose target does not exist before its scripts have created it.
 */
class ScriptedPlanTests {

	private static final String PLAN = "visit-date";

	private final TestDatabase database = TestDatabase.create();

	@TempDir
	private Path scripts;

	@BeforeEach
	void prepare() throws IOException {
		this.database.execute("create table visits (id bigint primary key, visit_date date)",
				"insert into visits select i, date '2026-01-01' + i from generate_series(1, 100) i");
		script("V1__visited_on.sql", "alter table visits add column visited_on date;");
		script("U1__visited_on.sql", "alter table visits drop column visited_on;");
		script("V2__index.sql", "create index concurrently if not exists visits_visited_on on visits (visited_on);");
		script("U2__index.sql", "drop index concurrently if exists visits_visited_on;");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void itsScriptsRunOnTheWayAndAreUndoneOnTheWayBack() {
		try (ConfigurableApplicationContext application = application()) {
			MigrationRunner runner = application.getBean(MigrationRunner.class);
			assertThat(runner.status(PLAN).phase()).isEqualTo(MigrationPhase.OFF);
			copy(runner);
			assertThat(runner.status(PLAN).scripts()).extracting(ScriptStatus::state).containsOnly(State.APPLIED);
			ask(runner, MigrationPhase.OFF);
			await(runner, (status) -> status.phase() == MigrationPhase.OFF && columns() == 2);
			copy(runner);
		}
	}

	@Test
	void anApplicationStartsInTheMiddleOfItsScripts() throws IOException {
		script("V3__fails.sql", "alter table visits add column note nothing_of_this_name;");
		script("V4__unused.sql", "comment on table visits is 'all of it';");
		try (ConfigurableApplicationContext application = application()) {
			MigrationRunner runner = application.getBean(MigrationRunner.class);
			ask(runner, MigrationPhase.BACKFILL);
			await(runner, (status) -> status.scripts().get(2).state() == State.FAILED);
			assertThat(runner.status(PLAN).phase()).isEqualTo(MigrationPhase.EXPAND);
		}
		script("V3__fails.sql", "alter table visits add column note text;");
		try (ConfigurableApplicationContext application = application()) {
			MigrationRunner runner = application.getBean(MigrationRunner.class);
			await(runner, (status) -> status.phase() == MigrationPhase.BACKFILL);
			assertThat(runner.status(PLAN).scripts()).extracting(ScriptStatus::state).containsOnly(State.APPLIED);
		}
	}

	@Test
	void aScriptThatFailedIsRunAgainOnRequest() throws IOException {
		script("V3__mood.sql", "alter table visits add column mood mood;");
		try (ConfigurableApplicationContext application = application()) {
			MigrationRunner runner = application.getBean(MigrationRunner.class);
			ask(runner, MigrationPhase.BACKFILL);
			await(runner, (status) -> status.scripts().get(2).state() == State.FAILED);
			assertThat(runner.status(PLAN).scripts().get(2).error()).contains("type \"mood\" does not exist");
			this.database.execute("create type mood as enum ('happy')");
			runner.change(PLAN, ChangeRequest.retryScripts("test", "the type is there now"));
			await(runner, (status) -> status.phase() == MigrationPhase.BACKFILL);
			assertThat(runner.status(PLAN).history()).extracting(MigrationStatus.HistoryEntry::action)
				.contains("retry-scripts", "script");
		}
	}

	private void copy(MigrationRunner runner) {
		ask(runner, MigrationPhase.BACKFILL);
		await(runner,
				(status) -> status.backfill() != null && status.backfill().state() == BackfillStatus.State.FINISHED);
		assertThat(this.database.jdbcClient()
			.sql("select count(*) from visits where visited_on = visit_date")
			.query(Long.class)
			.single()).isEqualTo(100);
	}

	private long columns() {
		return this.database.jdbcClient()
			.sql("select count(*) from pg_attribute where attrelid = 'visits'::regclass and attnum > 0 and not attisdropped")
			.query(Long.class)
			.single();
	}

	private static void ask(MigrationRunner runner, MigrationPhase phase) {
		runner.change(PLAN, ChangeRequest.phase(phase, "test", "because"));
	}

	private static void await(MigrationRunner runner, java.util.function.Predicate<MigrationStatus> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> runner.status(PLAN), condition::test);
	}

	private void script(String name, String sql) throws IOException {
		Files.writeString(this.scripts.resolve(name), sql);
	}

	private ConfigurableApplicationContext application() {
		return new SpringApplicationBuilder(DatabaseApplication.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + this.database.jdbcUrl(), "spring.jpa.hibernate.ddl-auto=none",
					"spring.main.banner-mode=off", "spring.flyway.enabled=false", "migration.instance.poll=100ms",
					"migration.plans.visit-date.table=visits",
					"migration.plans.visit-date.rename.visit_date=visited_on",
					"migration.plans.visit-date.scripts.expand=file:" + this.scripts)
			.run();
	}

}
