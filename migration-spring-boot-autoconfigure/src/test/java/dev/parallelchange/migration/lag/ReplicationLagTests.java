package dev.parallelchange.migration.lag;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import javax.sql.DataSource;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.ReplicationStatus.Replica;
import dev.parallelchange.migration.RollbackSettings;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.backfill.BackfillEngine;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.lag.JdbcHeartbeatStore;
import dev.parallelchange.migration.jdbc.phase.JdbcFenceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcInstanceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.phase.CachedPlanStates;
import dev.parallelchange.migration.phase.DefaultMigrationRunner;
import dev.parallelchange.migration.phase.RunnerSettings;
import dev.parallelchange.postgres.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@SuppressWarnings("NullAway.Init")
class ReplicationLagTests {

	private static final Duration LIMIT = Duration.ofSeconds(1);

	private static EmbeddedCluster cluster;

	private static MigrationDatabase database;

	private static DerivedPlan plan;

	private @Nullable ReplicationLag lag;

	@BeforeAll
	static void start() throws IOException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		database = new MigrationDatabase(cluster.primary(), new MigrationTables(MigrationTables.DEFAULT_PREFIX));
		JdbcClient client = JdbcClient.create(cluster.primary());
		client
			.sql(database.tables()
				.in(new ClassPathResource("dev/parallelchange/migration/jdbc/schema-postgresql.sql")
					.getContentAsString(StandardCharsets.UTF_8)))
			.update();
		client.sql("create table item (id int primary key, name text)").update();
		client.sql("create table copy (id int primary key, name text)").update();
		client.sql("insert into item select i, 'n' || i from generate_series(1, 400) as i").update();
		client.sql("insert into migration_plan (id, phase) values ('items', 'BACKFILL')").update();
		plan = new PlanDeriver(database).derive(MigrationPlan.of("items")
			.source("item")
			.target("copy")
			.backfill(
					new BackfillSettings(10, 10, Duration.ofMillis(500), 1, 40, LIMIT, 8, Duration.ofMillis(100), 100))
			.build(), false);
	}

	@AfterAll
	static void close() {
		cluster.close();
	}

	@AfterEach
	void stop() {
		if (this.lag != null) {
			this.lag.stop();
		}
		JdbcClient.create(cluster.replica(0)).sql("select pg_wal_replay_resume()").query((rs) -> {
		});
	}

	@Test
	void readerOfAReplicaTellsItsLag() {
		ReplicationLag lag = lag(Map.of("reporting", cluster.replica(0)), Duration.ofSeconds(15));
		await().ignoreExceptions().until(() -> lag.reason(LIMIT) == null);
		cluster.pauseReplay(0);
		await().until(() -> lag.reason(LIMIT) != null);
		assertThat(lag.reason(LIMIT)).contains("'reporting'").contains("limit 1.0 s");
		Replica replica = lag.replicas().get(0);
		assertThat(lag.replicas()).hasSize(1);
		assertThat(replica.lag()).isGreaterThan(LIMIT);
		assertThat(replica.bytes()).isPositive();
		cluster.resumeReplay(0);
		await().until(() -> lag.reason(LIMIT) == null);
	}

	@Test
	void standbyWithoutDataSourceIsJudgedByItsPosition() {
		ReplicationLag lag = lag(Map.of(), Duration.ofSeconds(15));
		await().ignoreExceptions().until(() -> lag.reason(LIMIT) == null);
		assertThat(lag.replicas()).hasSize(1).first().satisfies((replica) -> {
			assertThat(replica.name()).isEqualTo("replica1");
			assertThat(replica.lag()).isLessThan(LIMIT);
		});
		cluster.pauseReplay(0);
		await().until(() -> {
			JdbcClient.create(cluster.primary()).sql("update item set name = name where id = 1").update();
			return lag.reason(LIMIT) != null;
		});
		assertThat(lag.reason(LIMIT)).contains("'replica1'");
		cluster.resumeReplay(0);
		await().until(() -> lag.reason(LIMIT) == null);
	}

	@Test
	void idleClusterHasNoLag() {
		ReplicationLag lag = lag(Map.of(), Duration.ofSeconds(15));
		await().ignoreExceptions().until(() -> lag.reason(LIMIT) == null);
		await().during(Duration.ofSeconds(3)).until(() -> lag.reason(LIMIT) == null);
	}

	@Test
	void replicaThatDisappearsIsAReasonToPause() {
		ReplicationLag lag = lag(Map.of("reporting", cluster.replica(0)), Duration.ofSeconds(1));
		await().ignoreExceptions().until(() -> lag.reason(LIMIT) == null);
		cluster.stopReplica(0);
		try {
			await().until(() -> lag.reason(LIMIT) != null);
			assertThat(lag.reason(LIMIT)).contains("'reporting' could not be read for");
			assertThat(lag.replicas().get(0).error()).isNotNull();
		}
		finally {
			cluster.startReplica(0);
		}
		await().until(() -> lag.reason(LIMIT) == null);
	}

	@Test
	void standbyThatVanishesIsAReasonToPause() {
		ReplicationLag lag = lag(Map.of(), Duration.ofSeconds(1));
		await().ignoreExceptions().until(() -> lag.reason(LIMIT) == null && !lag.replicas().isEmpty());
		cluster.stopReplica(0);
		try {
			await().until(() -> lag.reason(LIMIT) != null);
			assertThat(lag.reason(LIMIT)).contains("no longer streams");
		}
		finally {
			cluster.startReplica(0);
		}
		await().until(() -> lag.reason(LIMIT) == null);
	}

	@Test
	void replicaThatHangsDelaysNobodyAndIsAReasonToPause() {
		CountDownLatch hanging = new CountDownLatch(1);
		DataSource hangs = new DelegatingDataSource(cluster.replica(0)) {

			@Override
			public Connection getConnection() throws SQLException {
				try {
					hanging.await();
				}
				catch (InterruptedException ex) {
					throw new SQLException(ex);
				}
				return super.getConnection();
			}

		};
		ReplicationLag lag = lag(Map.of("hangs", hangs, "works", cluster.replica(0)), Duration.ofSeconds(1));
		await().ignoreExceptions().until(() -> {
			String reason = lag.reason(LIMIT);
			return reason != null && reason.contains("'hangs' could not be read");
		});
		assertThat(lag.replicas().stream().filter((replica) -> replica.name().equals("works"))).first()
			.satisfies((replica) -> assertThat(replica.signalAge()).isLessThan(Duration.ofSeconds(1)));
		hanging.countDown();
		await().until(() -> lag.reason(LIMIT) == null);
	}

	@Test
	void databaseUserWhoMayNotSeeTheStandbysIsToldSo() {
		JdbcClient client = JdbcClient.create(cluster.primary());
		client.sql("create role app login").update();
		ReplicationLag lag = new ReplicationLag(
				new JdbcHeartbeatStore(new MigrationDatabase(new DelegatingDataSource(cluster.primary()) {

					@Override
					public Connection getConnection() throws SQLException {
						Connection connection = super.getConnection();
						connection.createStatement().execute("set role app");
						return connection;
					}

				}, database.tables()), Map.of()), Duration.ofMillis(100), Duration.ofSeconds(1));
		this.lag = lag;
		lag.run(true);
		await().ignoreExceptions().until(() -> lag.reason(LIMIT) != null);
		assertThat(lag.reason(LIMIT)).contains("grant pg_monitor");
	}

	@Test
	void heartbeatBeatsOnlyWhileAPlanIsMirrored() {
		JdbcClient.create(cluster.primary()).sql("delete from migration_heartbeat").update();
		ReplicationLag lag = new ReplicationLag(
				new JdbcHeartbeatStore(database, Map.of("reporting", cluster.replica(0))), Duration.ofMillis(100),
				Duration.ofSeconds(15));
		this.lag = lag;
		LagEngine engine = new LagEngine(lag);
		engine.tick(plan, state(MigrationPhase.EXPAND));
		assertThatIllegalStateException().isThrownBy(() -> lag.reason(LIMIT));
		Gate closed = gate(engine);
		assertThat(closed.open()).isFalse();
		assertThat(closed.remedy()).contains("not been measured yet");
		assertThat(JdbcClient.create(cluster.primary())
			.sql("select count(*) from migration_heartbeat")
			.query(Long.class)
			.single()).isZero();
		engine.tick(plan, state(MigrationPhase.DUAL_WRITE));
		await().until(() -> gate(engine).open());
		MigrationStatus.Builder builder = new MigrationStatus.Builder(state(MigrationPhase.DUAL_WRITE));
		engine.report(plan, builder);
		assertThat(builder.build().replication()).isNotNull()
			.satisfies((status) -> assertThat(status.replicas()).hasSize(1));
		engine.tick(plan, state(MigrationPhase.CONTRACT));
		await().until(() -> Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.getName().equals("migration-lag")));
		Instant last = beat();
		await().during(Duration.ofMillis(500)).until(() -> last.equals(beat()));
	}

	@Test
	void copyPausesWhileAReplicaIsBehind() {
		ReplicationLag lag = lag(Map.of("reporting", cluster.replica(0)), Duration.ofSeconds(15));
		BackfillEngine engine = new BackfillEngine(new JdbcBackfillStore(database), List.of(lag),
				(plan, flag, stickiness) -> true, new MigrationListener() {
				});
		try {
			await().until(() -> {
				engine.tick(plan, state(MigrationPhase.BACKFILL));
				return copied() > 0;
			});
			cluster.pauseReplay(0);
			await().until(() -> {
				engine.tick(plan, state(MigrationPhase.BACKFILL));
				String reason = status(engine).pauseReason();
				return reason != null && reason.contains("the replication lag of 'reporting' is");
			});
			await().until(() -> status(engine).workers() == 0);
			long rows = copied();
			assertThat(rows).isLessThan(400);
			await().during(Duration.ofSeconds(1)).until(() -> copied() == rows);
			cluster.resumeReplay(0);
			await().until(() -> {
				engine.tick(plan, state(MigrationPhase.BACKFILL));
				return copied() == 400;
			});
		}
		finally {
			engine.stop();
		}
	}

	@Test
	void planGoesBackWhenAReplicaIsBehindForATimeAndStaysThere() {
		JdbcClient.create(cluster.primary())
			.sql("insert into migration_plan (id, phase) values ('behind', 'DUAL_READ')")
			.update();
		ReplicationLag lag = lag(Map.of("reporting", cluster.replica(0)), Duration.ofSeconds(15));
		await().ignoreExceptions().until(() -> lag.reason(LIMIT) == null);
		DefaultMigrationRunner runner = runner(lag, new RollbackSettings(BigDecimal.valueOf(100),
				BigDecimal.valueOf(100), LIMIT, Duration.ZERO, Duration.ofMillis(500), 20));
		runner.start();
		try {
			await().during(Duration.ofMillis(600))
				.until(() -> runner.status("behind").phase() == MigrationPhase.DUAL_READ);
			cluster.pauseReplay(0);
			await().until(() -> runner.status("behind").phase() == MigrationPhase.BACKFILL);
			assertThat(runner.status("behind").hold()).isEqualTo(MigrationPhase.BACKFILL);
			assertThat(runner.status("behind").holdBy()).isEqualTo("safety");
			assertThat(runner.status("behind").history()).filteredOn((entry) -> entry.action().equals("hold"))
				.singleElement()
				.satisfies((entry) -> assertThat(entry.reason())
					.matches("the replication lag is [1-9]\\d{3,} ms, and has been above 1000 ms for \\d+ s"));
			cluster.resumeReplay(0);
			await().until(() -> lag.reason(LIMIT) == null);
			assertThat(runner.status("behind").phase()).isEqualTo(MigrationPhase.BACKFILL);
		}
		finally {
			runner.stop();
		}
	}

	private static DefaultMigrationRunner runner(ReplicationLag lag, RollbackSettings rollback) {
		DerivedPlan behind = new PlanDeriver(database).derive(MigrationPlan.of("behind")
			.source("item")
			.target("copy")
			.mirror(MirrorKind.PROXIES)
			.safety(SafetySettings.DEFAULTS.withRollback(rollback))
			.build(), true);
		return new DefaultMigrationRunner(List.of(behind.plan()), (declared) -> behind, new JdbcPlanStore(database),
				new JdbcInstanceStore(database), new JdbcFenceStore(database), List.of(new LagEngine(lag)),
				(plan, flag, stickiness) -> true, new CachedPlanStates(), new MigrationListener() {
				}, new RunnerSettings(Duration.ofMillis(50), Duration.ofSeconds(30), null, null));
	}

	private static BackfillStatus status(BackfillEngine engine) {
		MigrationStatus.Builder builder = new MigrationStatus.Builder(state(MigrationPhase.BACKFILL));
		engine.report(plan, builder);
		BackfillStatus status = builder.build().backfill();
		if (status == null) {
			throw new AssertionError("no copy has begun");
		}
		return status;
	}

	private static long copied() {
		return JdbcClient.create(cluster.primary()).sql("select count(*) from copy").query(Long.class).single();
	}

	private static Instant beat() {
		return JdbcClient.create(cluster.primary())
			.sql("select at from migration_heartbeat")
			.query((rs, row) -> rs.getTimestamp("at").toInstant())
			.single();
	}

	private static Gate gate(LagEngine engine) {
		return engine.gates(plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).get(0);
	}

	private static PlanState state(MigrationPhase phase) {
		return new PlanState("items", phase, 1, Instant.EPOCH, null, null, null, null, null, null, false, null, null);
	}

	private ReplicationLag lag(Map<String, DataSource> replicas, Duration maxAge) {
		ReplicationLag created = new ReplicationLag(new JdbcHeartbeatStore(database, replicas), Duration.ofMillis(100),
				maxAge);
		this.lag = created;
		created.run(true);
		return created;
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

}
