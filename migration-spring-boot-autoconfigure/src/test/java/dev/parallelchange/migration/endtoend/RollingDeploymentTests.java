package dev.parallelchange.migration.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DefinitionStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.startup.DatabaseApplication;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Releases that mean different things by a plan run side by side, and tables change while
 * a plan is under way.
 */
class RollingDeploymentTests {

	private static final String PLAN = "user-settings";

	private final TestDatabase database = TestDatabase.create();

	private final Map<String, ConfigurableApplicationContext> releases = new LinkedHashMap<>();

	@BeforeEach
	void createTables() {
		this.database.execute("create table users (id bigint primary key, theme varchar(20))",
				"insert into users select i, 'theme ' || i from generate_series(1, 500) i",
				"create table user_settings (id bigint primary key, theme varchar(20), note text default 'x')");
	}

	@AfterEach
	void close() {
		this.releases.values().forEach(ConfigurableApplicationContext::close);
		this.database.close();
	}

	@Test
	void anotherMappingStopsThePlanUntilTheReleaseBeforeIsGoneAndTheMappingAccepted() {
		MigrationRunner first = release("first", "lower(source.theme)");
		toBackfillAndClean(first);
		MigrationRunner second = release("second", "upper(source.theme)");
		awaitDifference(first, "mapping of theme: was lower(source.theme), is upper(source.theme)");
		awaitDifference(second, "mapping of theme: was lower(source.theme), is upper(source.theme)");
		String triggers = triggers();
		this.database.execute("update users set theme = 'Dark' where id = 1");
		assertThat(theme(1)).isEqualTo("dark");
		assertThat(triggers()).isEqualTo(triggers);
		retire("first");
		await(() -> assertThat(second.status(PLAN).instances()).hasSize(1));
		this.database.execute("update users set theme = 'Light' where id = 2");
		assertThat(theme(2)).as("by the triggers that are there").isEqualTo("light");
		accept(second);
		await(() -> assertThat(number("select count(*) from user_settings where theme = upper(theme)")).isEqualTo(500));
		forgetTheTrialOfTheWayBack();
		awaitOpenGates(second);
		request(second, MigrationPhase.DUAL_READ);
		this.database.execute("update users set theme = 'Blue' where id = 3");
		assertThat(theme(3)).isEqualTo("BLUE");
	}

	@Test
	void rollbackOfAnotherMappingGoesOnByItself() {
		MigrationRunner first = release("first", "lower(source.theme)");
		toBackfillAndClean(first);
		release("second", "upper(source.theme)");
		awaitDifference(first, "mapping of theme: was lower(source.theme), is upper(source.theme)");
		retire("second");
		request(first, MigrationPhase.DUAL_READ);
		assertThat(number("select count(*) from user_settings where theme = lower(theme)")).isEqualTo(500);
	}

	@Test
	void releaseWithoutThePlanAndOneWhosePlanIsInvalidDisturbNobody() {
		start("without");
		MigrationRunner first = release("first", "lower(source.theme)");
		assertThatException().isThrownBy(() -> release("invalid", "lower(source.colour)"))
			.havingRootCause()
			.withMessageContaining("colour");
		toBackfillAndClean(first);
		assertThat(first.status(PLAN).instances()).hasSize(1);
		request(first, MigrationPhase.DUAL_READ);
	}

	@Test
	void compatibleChangesOfTablesAreTakenUpWithoutARestart() {
		MigrationRunner runner = release("first", "source.theme");
		toBackfillAndClean(runner);
		this.database.execute("alter table user_settings add column colour text",
				"alter table user_settings alter column theme type varchar(40)",
				"alter table users alter column theme type varchar(40)", "alter table user_settings drop column note");
		await(() -> {
			MigrationStatus status = runner.status(PLAN);
			assertThat(status.definition().agreed()).isTrue();
			assertThat(status.history()).anySatisfy((entry) -> assertThat(entry.reason())
				.contains("column target.theme: was character varying(20), is character varying(40)"));
		});
		this.database.execute("update users set theme = repeat('x', 30) where id = 4");
		await(() -> assertThat(theme(4)).isEqualTo("x".repeat(30)));
		request(runner, MigrationPhase.DUAL_READ);
	}

	@Test
	void changesThatEndangerThePlanStopItAndHarmNoWriter() {
		MigrationRunner runner = release("first", "source.theme");
		toBackfillAndClean(runner);
		request(runner, MigrationPhase.DUAL_READ);
		this.database.execute("alter table user_settings alter column theme set not null");
		awaitDifference(runner, "column target.theme: was character varying(20), is character varying(20) not null");
		this.database.execute("update users set theme = null where id = 5");
		assertThat(runner.status(PLAN).mirror().pendingToTarget()).isEqualTo(1);
		assertThat(runner.status(PLAN).next().open()).isFalse();
		this.database.execute("alter table user_settings alter column theme drop not null");
		await(() -> assertThat(runner.status(PLAN).definition().agreed()).isTrue());
		await(() -> assertThat(runner.status(PLAN).mirror().pendingToTarget()).isZero());
		assertThat(theme(5)).isNull();
	}

	@Test
	void droppedColumnIsNamedAndWritesBecomePending() {
		MigrationRunner runner = release("first", "source.theme");
		toBackfillAndClean(runner);
		this.database.execute("alter table user_settings drop column theme");
		awaitDifference(runner, "mapping.theme: there is no column 'theme'");
		this.database.execute("update users set theme = 'dark' where id = 6");
		assertThat(runner.status(PLAN).mirror().pendingToTarget()).isEqualTo(1);
		this.database.execute("alter table user_settings add column theme varchar(20)");
		await(() -> assertThat(runner.status(PLAN).definition().agreed()).isTrue());
		await(() -> assertThat(theme(6)).isEqualTo("dark"));
	}

	private MigrationRunner release(String name, String theme) {
		return start(name, "migration.plans.user-settings.source=users",
				"migration.plans.user-settings.target=user_settings",
				"migration.plans.user-settings.mapping.theme=" + theme,
				"migration.plans.user-settings.reverse.theme=target.theme")
			.getBean(MigrationRunner.class);
	}

	private ConfigurableApplicationContext start(String name, String... plan) {
		List<String> properties = new ArrayList<>(List.of("spring.datasource.url=" + this.database.jdbcUrl(),
				"spring.jpa.hibernate.ddl-auto=none", "spring.main.banner-mode=off", "spring.flyway.enabled=false",
				"migration.instance.poll=100ms", "spring.datasource.hikari.maximum-pool-size=6"));
		properties.addAll(List.of(plan));
		ConfigurableApplicationContext release = new SpringApplicationBuilder(DatabaseApplication.class)
			.web(WebApplicationType.NONE)
			.properties(properties.toArray(String[]::new))
			.run();
		this.releases.put(name, release);
		return release;
	}

	private void retire(String name) {
		ConfigurableApplicationContext retired = this.releases.remove(name);
		if (retired != null) {
			retired.close();
		}
	}

	private void toBackfillAndClean(MigrationRunner runner) {
		request(runner, MigrationPhase.BACKFILL);
		awaitOpenGates(runner);
	}

	private static void awaitOpenGates(MigrationRunner runner) {
		await(() -> assertThat(runner.status(PLAN).next().gates()).allMatch(Gate::open));
	}

	private static void request(MigrationRunner runner, MigrationPhase phase) {
		runner.change(PLAN, ChangeRequest.phase(phase, "test", "walk"));
		await(() -> assertThat(runner.status(PLAN).phase()).isEqualTo(phase));
	}

	/**
	 * It was made before the rows were repaired, and would count for a minute.
	 */
	private void forgetTheTrialOfTheWayBack() {
		this.database.execute("delete from migration_reverse");
	}

	private static void accept(MigrationRunner runner) {
		runner.change(PLAN, ChangeRequest.acceptDefinition("test", "upper case is wanted"));
	}

	private static void awaitDifference(MigrationRunner runner, String difference) {
		await(() -> assertThat(runner.status(PLAN).definition().differing())
			.flatExtracting(DefinitionStatus.Differing::differences)
			.containsExactly(difference));
	}

	private static void await(Runnable assertion) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(100))
			.untilAsserted(assertion::run);
	}

	private String triggers() {
		return this.database.jdbcClient()
			.sql("select string_agg(oid || ' ' || xmin, ',' order by oid) from pg_trigger where not tgisinternal")
			.query(String.class)
			.single();
	}

	private String theme(long id) {
		List<String> found = new ArrayList<>();
		this.database.jdbcClient().sql("select theme from user_settings where id = ?").param(id).query((row) -> {
			found.add(row.getString("theme"));
		});
		return found.get(0);
	}

	private long number(String sql) {
		return this.database.jdbcClient().sql(sql).query(Long.class).single();
	}

}
