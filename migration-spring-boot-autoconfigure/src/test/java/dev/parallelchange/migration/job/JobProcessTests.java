package dev.parallelchange.migration.job;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a pipeline sees of a job: its output and its exit code.
 */
class JobProcessTests {

	private static final Duration PATIENCE = Duration.ofMinutes(4);

	private static final String[] PLAN = { "--migration.plans.user-settings.source=users",
			"--migration.plans.user-settings.target=user_settings", "--migration.instance.poll=25ms" };

	@TempDir
	private static Path build;

	private static ApplicationJar application;

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void buildApplication() throws IOException {
		application = ApplicationJar.build(build, JobApplication.class.getName(), Path.of("target", "test-classes"),
				ApplicationJar.WEB);
	}

	@BeforeEach
	void createTables() {
		this.database.execute("create table users (id bigint primary key, theme text)",
				"insert into users select i, 'theme ' || i from generate_series(1, 2000) i",
				"create table user_settings (id bigint primary key, theme text)");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aPhaseIsReachedAndTheProcessEndsThoughAThreadIsLeft() throws Exception {
		try (JobProcess job = job("advance user-settings dual-read")) {
			assertThat(job.exitCode()).as(job.output()).isZero();
			assertThat(job.output()).contains("DONE (exit code 0): Plan 'user-settings' is in DUAL_READ")
				.doesNotContain(JobApplication.RUNNER, "Tomcat");
		}
		assertThat(phase()).isEqualTo("DUAL_READ");
		assertThat(number("select count(*) from user_settings")).isEqualTo(2000);
		assertThat(liveInstances()).as("leases that have not been given back").isZero();
	}

	@Test
	void timeIsOverAndTheRequestStands() throws Exception {
		try (JobProcess job = job("advance user-settings DUAL_READ",
				"--migration.plans.user-settings.backfill.rate-limit=10", "--migration.job.timeout=1s")) {
			assertThat(job.exitCode()).as(job.output()).isEqualTo(6);
			assertThat(job.output()).contains("TIMEOUT (exit code 6)", "has not come to DUAL_READ within 1 s",
					"The request stands");
		}
	}

	@Test
	void aSignalEndsTheJobCleanlyWithTheCodeOfTheSignal() throws Exception {
		try (JobProcess job = job("advance user-settings DUAL_READ",
				"--migration.plans.user-settings.backfill.rate-limit=10", "--migration.job.format=json")) {
			awaitCopying(job);
			job.terminate();
			assertThat(job.exitCode()).as(job.output()).isEqualTo(143);
			assertThat(result(job)).containsEntry("result", "TERMINATED").containsEntry("exitCode", 143);
		}
		assertThat(liveInstances()).as("leases that have not been given back").isZero();
		assertThat(phase()).isEqualTo("BACKFILL");
	}

	@Test
	void aKilledJobIsCarriedOnByTheNext() throws Exception {
		try (JobProcess job = job("advance user-settings DUAL_READ",
				"--migration.plans.user-settings.backfill.rate-limit=200", "--migration.instance.lease=3s")) {
			awaitCopying(job);
			job.kill();
		}
		long copied = number("select coalesce(sum(rows_done), 0) from migration_chunk where done");
		assertThat(copied).isPositive().isLessThan(2000);
		try (JobProcess job = job("advance user-settings DUAL_READ")) {
			assertThat(job.exitCode()).as(job.output()).isZero();
		}
		assertThat(number("select count(*) from user_settings")).isEqualTo(2000);
		assertThat(number("select sum(rows_done) from migration_chunk")).as("rows looked at").isEqualTo(2000);
	}

	@Test
	void twoJobsAtOnceBothEndWithTheTruth() throws Exception {
		try (JobProcess one = job("advance user-settings DUAL_READ");
				JobProcess other = job("advance user-settings DUAL_READ", "--migration.job.format=json")) {
			assertThat(one.exitCode()).as(one.output()).isZero();
			assertThat(other.exitCode()).as(other.output()).isZero();
			assertThat(result(other)).containsEntry("result", "DONE")
				.containsEntry("message", "Plan 'user-settings' is in DUAL_READ");
		}
		assertThat(phase()).isEqualTo("DUAL_READ");
		assertThat(number("select count(*) from user_settings")).isEqualTo(2000);
	}

	private void awaitCopying(JobProcess job) {
		await().atMost(PATIENCE)
			.until(() -> !job.isAlive()
					|| (number("select count(*) from pg_class where relname = 'migration_chunk'") > 0
							&& number("select count(*) from migration_chunk where done") > 0));
		assertThat(job.isAlive()).as(job.output()).isTrue();
	}

	private JobProcess job(String command, String... properties) {
		List<String> arguments = new ArrayList<>(List.of(PLAN));
		arguments.add("--spring.datasource.url=" + this.database.jdbcUrl());
		arguments.add("--migration.job=" + command);
		arguments.addAll(List.of(properties));
		return JobProcess.start(application, build, Map.of(), arguments);
	}

	private static Map<String, Object> result(JobProcess job) {
		String line = job.output().lines().filter((one) -> one.startsWith("{")).findFirst().orElseThrow();
		return JsonParserFactory.getJsonParser().parseMap(line);
	}

	private String phase() {
		return this.database.jdbcClient()
			.sql("select phase from migration_plan where id = 'user-settings'")
			.query(String.class)
			.single();
	}

	private long liveInstances() {
		return number("select count(*) from migration_instance where lease_until > clock_timestamp()");
	}

	private long number(String sql) {
		return this.database.jdbcClient().sql(sql).query(Long.class).single();
	}

}
