package dev.parallelchange.migration.docs.example;

import java.math.BigDecimal;
import java.time.Duration;

import dev.parallelchange.migration.Admission;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Leftover;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus.NextStep;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The first steps work as their page says, with its tables, plans and classes, and a role
 * that has no other rights than it needs.
 */
class FirstStepsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String TRIGGERS = "pg_trigger where not tgisinternal and tgname like '%visit_date%'";

	@Test
	void aColumnMovesByTriggersAndARelease() {
		try (FirstSteps steps = new FirstSteps("")) {
			TestDatabase database = steps.database();
			steps.insert();
			ConfigurableApplicationContext first = steps.start();
			MigrationRunner runner = first.getBean(MigrationRunner.class);
			change(runner, "visit-date", ChangeRequest.phase(MigrationPhase.BACKFILL, "test", "visits"));
			awaitOpen(runner, "visit-date", MigrationPhase.DUAL_READ);
			assertThat(count(database, TRIGGERS)).isOne();
			try (ConfigurableApplicationContext next = steps.start("migration.plans.visit-date.uses=target")) {
				awaitPhase(runner, "visit-date", MigrationPhase.DUAL_READ);
				database.execute("insert into visits (visit_date, note) values ('2026-03-01', 'by the first')",
						"insert into visits (visited_on, note) values ('2026-03-02', 'by the next')");
				first.close();
				runner = next.getBean(MigrationRunner.class);
				awaitPhase(runner, "visit-date", MigrationPhase.CUTOVER);
				assertThat(next.getBean(Admission.class).isReady()).isTrue();
				assertThat(count(database, "visits where visit_date is distinct from visited_on")).isZero();
				complete(runner, "visit-date");
				Awaitility.await()
					.atMost(PATIENCE)
					.until(() -> count(database, "pg_attribute where attname like 'visit_date%'") == 0);
				assertThat(count(database, TRIGGERS)).isZero();
			}
			assertThat(count(database, "visits where visited_on is null")).isZero();
			assertThat(count(database, "visits")).isEqualTo(2002);
		}
	}

	@Test
	void aReleaseThatComesTooEarlyIsNotAdmitted() {
		try (FirstSteps steps = new FirstSteps("")) {
			try (ConfigurableApplicationContext early = steps.start("migration.plans.visit-date.uses=target",
					"migration.plans.visit-date.phase=DUAL_WRITE")) {
				assertThat(early.getBean(Admission.class).obstacles()).singleElement()
					.asString()
					.contains("plan visit-date is in")
					.contains("this release needs it ready");
			}
		}
	}

	@Test
	void aSplitMovesByProxiesAndPercentage() {
		try (FirstSteps steps = new FirstSteps("")) {
			TestDatabase database = steps.database();
			steps.insert();
			try (ConfigurableApplicationContext application = steps.start()) {
				MigrationRunner runner = application.getBean(MigrationRunner.class);
				SettingsRepository settings = application.getBean(SettingsRepository.class);
				pauseAndRestart(application);
				change(runner, "user-settings", ChangeRequest.phase(MigrationPhase.BACKFILL, "test", "copy"));
				awaitOpen(runner, "user-settings", MigrationPhase.DUAL_READ);
				settings.save(new Settings(3, "light"));
				settings.deleteByUserId(4);
				change(runner, "user-settings", ChangeRequest.phase(MigrationPhase.DUAL_READ, "test", "some reads"));
				awaitPhase(runner, "user-settings", MigrationPhase.DUAL_READ);
				change(runner, "user-settings", ChangeRequest.reads(BigDecimal.valueOf(50), "test", "half of them"));
				Awaitility.await().atMost(PATIENCE).until(() -> {
					assertThat(settings.findByUserId(3)).contains(new Settings(3, "light"));
					assertThat(settings.findByUserId(4)).isEmpty();
					assertThat(settings.findByUserId(5)).contains(new Settings(5, "dark"));
					NextStep next = runner.status("user-settings").next();
					return next != null && next.open();
				});
				change(runner, "user-settings", ChangeRequest.phase(MigrationPhase.CUTOVER, "test", "the table leads"));
				awaitPhase(runner, "user-settings", MigrationPhase.CUTOVER);
				settings.save(new Settings(5, "light"));
				assertThat(count(database, "users where profile = '{\"theme\": \"light\", \"n\": 5}'")).isOne();
				complete(runner, "user-settings");
				assertThat(runner.status("user-settings").leftovers()).extracting(Leftover::what)
					.contains("@MigratedRepository on interface " + SettingsRepository.class.getName(),
							"column profile of public.users");
				settings.save(new Settings(6, "light"));
				assertThat(settings.findByUserId(6)).contains(new Settings(6, "light"));
			}
			assertThat(count(database, "user_settings")).isEqualTo(2001);
		}
	}

	/**
	 * As the cache of contexts does between an application's tests.
	 */
	private static void pauseAndRestart(ConfigurableApplicationContext application) {
		application.pause();
		assertThat(application.getBean(MigrationRunner.class).list().get(0).instances()).isEmpty();
		application.restart();
	}

	private static void change(MigrationRunner runner, String plan, ChangeRequest request) {
		runner.change(plan, request);
	}

	private static void complete(MigrationRunner runner, String plan) {
		change(runner, plan, new ChangeRequest(MigrationPhase.COMPLETED, null, null, null, MigrationPhase.CONTRACT,
				null, "test", "a day without trouble", false, false));
		awaitPhase(runner, plan, MigrationPhase.CONTRACT);
		change(runner, plan, ChangeRequest.approve(MigrationPhase.COMPLETED, "test", "nobody missed it"));
		awaitPhase(runner, plan, MigrationPhase.COMPLETED);
	}

	private static void awaitPhase(MigrationRunner runner, String plan, MigrationPhase phase) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(
					() -> assertThat(runner.status(plan).phase()).as(runner.status(plan).toString()).isEqualTo(phase));
	}

	private static void awaitOpen(MigrationRunner runner, String plan, MigrationPhase phase) {
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
			NextStep next = runner.status(plan).next();
			assertThat(next).isNotNull();
			assertThat(next.phase()).isEqualTo(phase);
			assertThat(next.open()).as(next.toString()).isTrue();
		});
	}

	private static long count(TestDatabase database, String from) {
		return database.jdbcClient().sql("select count(*) from " + from).query(Long.class).single();
	}

}
