package dev.parallelchange.migration.endtoend;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.ScriptStatus.State;
import dev.parallelchange.migration.startup.DatabaseApplication;
import dev.parallelchange.migration.test.TestDatabase;
import liquibase.integration.spring.SpringLiquibase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plans whose targets are created by what is derived from them, and go on the way back.
 */
class DerivedTargetTests {

	private static final String COLUMNS = """
			select string_agg(attrelid::regclass || '.' || attname, ' ' order by attrelid, attnum) from pg_attribute
			where attnum > 0 and not attisdropped
				and attrelid::regclass::text in ('visits', 'dates', 'visits_new', 'visits_visited_on_idx')""";

	private static final Derived RENAMED = new Derived("renamed", "visits where visited_on = visit_date",
			"table=visits", "rename.visit_date=visited_on");

	private static final Derived RETYPED = new Derived("retyped", "visits where visited_at = visit_date",
			"table=visits", "mapping.visited_at=source.visit_date::timestamp",
			"reverse.visit_date=target.visited_at::date");

	private static final Derived SPLIT = new Derived("split", "dates join visits on id = visit_id and day = visit_date",
			"source=visits", "target=dates", "shape=split", "rename.id=visit_id", "mapping.day=source.visit_date");

	private static final Derived MOVED = new Derived("moved",
			"visits_new join visits using (id) where visits_new.visited_on = visit_date", "source=visits",
			"target=visits_new", "shape=moved-table", "rename.visit_date=visited_on");

	private final TestDatabase database = TestDatabase.create();

	DerivedTargetTests() {
		this.database.execute("create table visits (id bigint primary key, visit_date date)",
				"insert into visits select i, date '2026-01-01' + i from generate_series(1, 100) i",
				"create index on visits (visit_date)");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void flywayCreatesAndUndoesThem() {
		createAndUndo(DatabaseApplication.class, RENAMED, RETYPED, SPLIT, MOVED);
		assertThat(exists("migration_script_derived_renamed_lock")).isFalse();
	}

	@Test
	void liquibaseCreatesAndUndoesThem() {
		createAndUndo(LiquibaseApplication.class, RENAMED);
		assertThat(exists("migration_script_derived_renamed_lock")).isTrue();
	}

	private void createAndUndo(Class<?> type, Derived... plans) {
		String before = text(COLUMNS);
		try (ConfigurableApplicationContext application = application(type, plans)) {
			MigrationRunner runner = application.getBean(MigrationRunner.class);
			Stream.of(plans).forEach((plan) -> ask(runner, plan, MigrationPhase.BACKFILL));
			Stream.of(plans).forEach((plan) -> isCopied(runner, plan));
			showsHowTheSourceWillGo(runner.status(RENAMED.id()));
			Stream.of(plans).forEach((plan) -> ask(runner, plan, MigrationPhase.OFF));
			for (Derived plan : plans) {
				await(runner, plan, (status) -> status.phase() == MigrationPhase.OFF
						&& status.scripts().stream().allMatch((script) -> script.state() == State.PENDING));
			}
			assertThat(text(COLUMNS)).isEqualTo(before);
		}
	}

	private void isCopied(MigrationRunner runner, Derived plan) {
		await(runner, plan,
				(status) -> status.backfill() != null && status.backfill().state() == BackfillStatus.State.FINISHED);
		assertThat(runner.status(plan.id()).scripts()).hasSize((plan == RENAMED) ? 2 : 1)
			.allSatisfy((script) -> assertThat(script.state()).isEqualTo(State.APPLIED))
			.allMatch((script) -> script.derived() && script.text() != null && script.undo() != null);
		assertThat(text("select count(*) from " + plan.rows())).as(plan.id()).isEqualTo("100");
	}

	private static void showsHowTheSourceWillGo(MigrationStatus status) {
		String table = "alter table \"public\".\"visits\" ";
		assertThat(status.contractScript()).satisfiesExactly((lock) -> assertThat(lock).startsWith("lock table"),
				(free) -> assertThat(free).isEqualTo(table + "alter column \"visit_date\" drop not null"),
				(hide) -> assertThat(hide).startsWith(table + "rename column \"visit_date\" to \"visit_date_hidden_"),
				(drop) -> assertThat(drop).startsWith(table + "drop column if exists \"visit_date_hidden_"));
	}

	private static void ask(MigrationRunner runner, Derived plan, MigrationPhase phase) {
		runner.change(plan.id(), ChangeRequest.phase(phase, "test", "because"));
	}

	private static void await(MigrationRunner runner, Derived plan, Predicate<MigrationStatus> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> runner.status(plan.id()), condition);
	}

	private String text(String query) {
		return this.database.jdbcClient().sql(query).query(String.class).single();
	}

	private boolean exists(String table) {
		return text("select cast(to_regclass('%s') is not null as text)".formatted(table)).equals("true");
	}

	private ConfigurableApplicationContext application(Class<?> type, Derived... plans) {
		return new SpringApplicationBuilder(type).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + this.database.jdbcUrl(), "spring.jpa.hibernate.ddl-auto=none",
					"spring.main.banner-mode=off", "spring.flyway.enabled=false", "migration.instance.poll=100ms")
			.properties(Stream.of(plans).flatMap(Derived::all).toArray(String[]::new))
			.run();
	}

	/**
	 * A plan without files.
	 */
	private record Derived(String id, String rows, List<String> properties) {

		Derived(String id, String rows, String... properties) {
			this(id, rows, List.of(properties));
		}

		Stream<String> all() {
			return Stream.concat(this.properties.stream(), Stream.of("scripts.derive=true"))
				.map((property) -> "migration.plans.%s.%s".formatted(this.id, property));
		}

	}

	/**
	 * An application that uses Liquibase, and not Flyway.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class LiquibaseApplication {

		@Bean
		SpringLiquibase liquibase(DataSource dataSource) {
			SpringLiquibase liquibase = new SpringLiquibase();
			liquibase.setDataSource(dataSource);
			liquibase.setShouldRun(false);
			return liquibase;
		}

	}

}
