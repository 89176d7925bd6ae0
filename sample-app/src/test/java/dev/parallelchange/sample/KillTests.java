package dev.parallelchange.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.parallelchange.postgres.EmbeddedCluster;
import dev.parallelchange.sample.service.ProfileSettingsRepository;
import dev.parallelchange.sample.service.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kills the sample at random moments of the copy. Run it again with
 * {@code -Dsample.seed=<seed>}.
 */
class KillTests {

	private static final int USERS = 40_000;

	private static final int KILLS = 20;

	private static final int LONGEST_LIFE_MILLISECONDS = 1200;

	private static final Path LOG = Path.of("target", "kill.log");

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final long seed = Long.getLong("sample.seed", System.nanoTime());

	private final Random random = new Random(this.seed);

	private EmbeddedCluster cluster;

	private JdbcClient client;

	@BeforeEach
	void startDatabase() throws Exception {
		System.out.println("KillTests: -Dsample.seed=" + this.seed);
		Files.deleteIfExists(LOG);
		this.cluster = EmbeddedCluster.builder().start();
		this.client = JdbcClient.create(this.cluster.primary());
	}

	@AfterEach
	void closeDatabase() {
		this.cluster.close();
	}

	@Test
	@Timeout(480)
	void copySkipsAndRepeatsNothingWhenKilledAtAnyMoment() throws Exception {
		List<Long> progress = new ArrayList<>();
		while (progress.size() < KILLS) {
			progress.add(killInTheMiddleOfTheCopy(progress.isEmpty() ? 0 : progress.get(progress.size() - 1)));
		}
		assertThat(progress).as("seed %d", this.seed).isSorted();
		try (SampleProcess sample = start(0)) {
			await().atMost(PATIENCE.multipliedBy(2)).until(() -> !sample.isAlive() || (isCopied() && lastPassEnded()));
			assertThat(sample.isAlive()).as(sample.output()).isTrue();
			await().atMost(PATIENCE).untilAsserted(this::assertEqualSides);
		}
		System.out.printf("KillTests: killed after rows %s%n", progress);
	}

	/**
	 * Returns the rows that had been copied when the application died.
	 */
	private long killInTheMiddleOfTheCopy(long before) throws Exception {
		try (SampleProcess sample = start(1500)) {
			await().atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(20))
				.until(() -> !sample.isAlive() || rowsDone() > before);
			sample.run(Duration.ofMillis(this.random.nextInt(LONGEST_LIFE_MILLISECONDS)));
			sample.kill();
			assertThat(isCopied()).as("the copy must not have ended, seed %d", this.seed).isFalse();
			return rowsDone();
		}
	}

	private SampleProcess start(int rowsPerSecond) throws Exception {
		return SampleProcess.start(LOG, "--sample.jdbc-url=" + this.cluster.jdbcUrl("postgres"),
				"--sample.users=" + USERS, "--sample.rate=50", "--sample.callers=2", "--server.port=0",
				"--migration.instance.lease=3s", "--migration.instance.poll=200ms",
				"--migration.plans.user-settings.phase=BACKFILL",
				"--migration.plans.user-settings.backfill.batch-size=100",
				"--migration.plans.user-settings.backfill.max-batch-size=200",
				"--migration.plans.user-settings.backfill.rate-limit=" + rowsPerSecond,
				"--migration.plans.user-settings.verification.interval=2s");
	}

	private long rowsDone() {
		return exists("migration_chunk") ? this.client
			.sql("select coalesce(sum(rows_done), 0) from migration_chunk where plan_id = 'user-settings'")
			.query(Long.class)
			.single() : 0;
	}

	private boolean isCopied() {
		return exists("migration_backfill") && this.client.sql(
				"select exists (select from migration_backfill where plan_id = 'user-settings' and finished_at is not null)")
			.query(Boolean.class)
			.single();
	}

	private boolean lastPassEnded() {
		return this.client.sql("""
				select exists (select from migration_pass p join migration_backfill b using (plan_id)
				where plan_id = 'user-settings' and p.finished_at > b.finished_at)""").query(Boolean.class).single();
	}

	private boolean exists(String table) {
		return this.client.sql("select to_regclass(:table) is not null")
			.param("table", table)
			.query(Boolean.class)
			.single();
	}

	// The callers go on, so both sides are read in one snapshot.
	private void assertEqualSides() {
		this.client.sql("drop table if exists snapshot cascade").update();
		this.client.sql("""
				create table snapshot as
				select u.id, u.profile, t.* from users u full join user_settings t on t.user_id = u.id
				where u.profile is not null or t.user_id is not null""").update();
		long quarantined = this.client.sql("select count(*) from migration_quarantine").query(Long.class).single();
		assertThat(this.client.sql("select count(*) from snapshot where user_id is null").query(Long.class).single())
			.as("rows without a target, all of them in quarantine")
			.isEqualTo(quarantined)
			.isLessThanOrEqualTo(12);
		assertThat(this.client.sql("select count(*) from snapshot where profile is null").query(Long.class).single())
			.as("rows without a source")
			.isZero();
		Map<Long, Settings> targets = this.client.sql("select * from snapshot where user_id is not null")
			.query(Settings.class)
			.list()
			.stream()
			.collect(Collectors.toMap(Settings::userId, Function.identity()));
		assertThat(targets).hasSizeGreaterThan(USERS / 2);
		List<Settings> sources = new ProfileSettingsRepository(snapshotAsUsers()).findByUserIdIn(targets.keySet());
		assertThat(sources).hasSameSizeAs(targets.values())
			.allSatisfy((source) -> assertThat(targets).containsEntry(source.userId(), source));
	}

	/**
	 * A client that finds the snapshot where the service finds its users.
	 */
	private JdbcClient snapshotAsUsers() {
		this.client.sql("create schema if not exists copy").update();
		this.client.sql("create or replace view copy.users as select id, profile from public.snapshot").update();
		return JdbcClient.create(new DriverManagerDataSource(this.cluster.jdbcUrl("postgres") + "&currentSchema=copy"));
	}

}
