package dev.parallelchange.migration.lag;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.backfill.BackfillEngine;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.lag.JdbcHeartbeatStore;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.postgres.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica that disappears between two looks at its lag.
 */
@SuppressWarnings("NullAway.Init")
class LagScheduleTests {

	private static final Duration LIMIT = Duration.ofSeconds(5);

	private EmbeddedCluster cluster;

	private MigrationDatabase database;

	private DerivedPlan plan;

	private ReplicationLag lag;

	private BackfillEngine engine;

	@BeforeEach
	void start() throws IOException {
		this.cluster = EmbeddedCluster.builder().replicas(1).start();
		this.database = new MigrationDatabase(this.cluster.primary(),
				new MigrationTables(MigrationTables.DEFAULT_PREFIX));
		JdbcClient client = JdbcClient.create(this.cluster.primary());
		client
			.sql(this.database.tables()
				.in(new ClassPathResource("dev/parallelchange/migration/jdbc/schema-postgresql.sql")
					.getContentAsString(StandardCharsets.UTF_8)))
			.update();
		client.sql("create table item (id int primary key, name text)").update();
		client.sql("create table copy (id int primary key, name text)").update();
		client.sql("insert into item select i, 'n' || i from generate_series(1, 400) as i").update();
		client.sql("insert into migration_plan (id, phase) values ('items', 'BACKFILL')").update();
		this.plan = new PlanDeriver(this.database).derive(MigrationPlan.of("items")
			.source("item")
			.target("copy")
			.backfill(new BackfillSettings(10, 10, Duration.ofMillis(500), 1, 0, LIMIT, 8, Duration.ofMillis(100), 100))
			.build(), false);
	}

	@AfterEach
	void stop() {
		this.engine.stop();
		this.lag.stop();
		this.cluster.close();
	}

	@Test
	@Schedule("C47")
	void nothingIsCopiedWhileTheLagCannotBeReadAndTheCopySaysWhy() {
		copyAfterTheReplicaHasGone(heartbeat());
		await().until(() -> remedy().contains("the replication lag of 'replica1' could not be read for"));
		assertThat(copied()).isZero();
		this.cluster.startReplica(0);
		await().until(() -> copied() == 400);
	}

	@Test
	@ScheduleProof("C47")
	void copyRunsOnWhereALagThatCannotBeReadIsTakenForNone() {
		copyAfterTheReplicaHasGone(new Optimistic(heartbeat()));
		await().until(() -> copied() == 400);
	}

	private void copyAfterTheReplicaHasGone(HeartbeatStore heartbeat) {
		this.lag = new ReplicationLag(heartbeat, Duration.ofMillis(100), Duration.ofSeconds(1));
		this.lag.run(true);
		await().ignoreExceptions().until(() -> this.lag.reason(LIMIT) == null);
		this.cluster.stopReplica(0);
		await().until(() -> heartbeat instanceof Optimistic || this.lag.reason(LIMIT) != null);
		this.engine = new BackfillEngine(new JdbcBackfillStore(this.database), List.of(this.lag),
				(plan, flag, stickiness) -> true, new MigrationListener() {
				});
	}

	private JdbcHeartbeatStore heartbeat() {
		return new JdbcHeartbeatStore(this.database, Map.of("replica1", this.cluster.replica(0)));
	}

	private String remedy() {
		this.engine.tick(this.plan, state());
		return this.engine.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).get(0).remedy();
	}

	private long copied() {
		this.engine.tick(this.plan, state());
		return JdbcClient.create(this.cluster.primary()).sql("select count(*) from copy").query(Long.class).single();
	}

	private static PlanState state() {
		return new PlanState("items", MigrationPhase.BACKFILL, 1, Instant.EPOCH, null, null, null, null, null, null,
				false, null, null);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

	/**
	 * Takes a replica that does not answer for one that is not behind.
	 */
	private record Optimistic(HeartbeatStore store) implements HeartbeatStore {

		@Override
		public Instant beat() {
			return this.store.beat();
		}

		@Override
		public PrimaryView primary() {
			return this.store.primary();
		}

		@Override
		public Set<String> replicas() {
			return this.store.replicas();
		}

		@Override
		public ReplicaView replica(String replica) {
			try {
				return this.store.replica(replica);
			}
			catch (RuntimeException ex) {
				return new ReplicaView(beat(), replica);
			}
		}

	}

}
