package dev.parallelchange.migration.phase;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus.InstanceStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ClusterAgreementTests {

	private final TestCluster cluster = new TestCluster();

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void configuredPhaseIsReachedWithoutAnOperator() {
		TestCluster.Instance instance = this.cluster.instance(TestCluster.plan().phase(MigrationPhase.BACKFILL));
		assertThat(instance.poll(5).phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(instance.status().requestedBy()).startsWith("configuration of instance");
		assertThat(instance.status().history().get(0).reason())
			.isEqualTo("migration.plans.user-settings.phase=BACKFILL");
	}

	@Test
	void lowestConfiguredPhaseOfALiveInstanceWins() {
		TestCluster.Instance old = this.cluster.instance(TestCluster.plan().phase(MigrationPhase.DUAL_WRITE)).poll();
		TestCluster.Instance young = this.cluster.instance(TestCluster.plan().phase(MigrationPhase.DUAL_READ)).poll();
		for (int i = 0; i < 6; i++) {
			young.poll();
			old.poll();
		}
		assertThat(young.phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		old.endLease();
		assertThat(young.poll(3).phase()).isEqualTo(MigrationPhase.DUAL_READ);
		old.poll();
		for (int i = 0; i < 4; i++) {
			young.poll();
			old.poll();
		}
		assertThat(young.phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
	}

	@Test
	void nextStepWaitsForTheAcknowledgementOfEveryLiveInstance() {
		TestCluster.Instance one = this.cluster.instance().poll();
		TestCluster.Instance busy = this.cluster.instance().poll();
		one.ask(MigrationPhase.BACKFILL);
		one.poll();
		busy.engine.drained = false;
		busy.poll();
		assertThat(one.poll(3).phase()).isEqualTo(MigrationPhase.EXPAND);
		assertThat(one.status().next().gates().get(0).toString()).contains("acknowledgements is closed: 1 of 2");
		assertThat(one.status().instances()).extracting(InstanceStatus::acknowledgedEpoch).containsExactly(1L, 0L);
		busy.engine.drained = true;
		busy.poll();
		assertThat(one.poll().phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
	}

	@Test
	void aGateSaysSinceWhenItIsClosedAndForgetsItWhenItOpens() {
		TestCluster.Instance one = this.cluster.instance().poll();
		TestCluster.Instance busy = this.cluster.instance().poll();
		one.ask(MigrationPhase.EXPAND);
		one.poll();
		Gate closed = one.status().next().gates().get(0);
		assertThat(closed.name()).isEqualTo("acknowledgements");
		assertThat(closed.since()).isNotNull();
		assertThat(one.poll().status().next().gates().get(0).since()).isEqualTo(closed.since());
		busy.poll();
		assertThat(one.status().next().gates().get(0).since()).isNull();
	}

	@Test
	void anInstanceThatDoesNotRenewItsLeaseIsSaidToBeSilent() {
		TestCluster.Instance one = this.cluster.instance().poll();
		TestCluster.Instance stopped = this.cluster.instance().poll();
		one.ask(MigrationPhase.EXPAND);
		lastSeen(stopped, "12 s");
		one.poll();
		assertThat(one.status().instances()).extracting(InstanceStatus::silentSeconds)
			.satisfiesExactly((own) -> assertThat(own).isLessThan(12),
					(other) -> assertThat(other).isBetween(12.0, 300.0));
		assertThat(one.status().instances()).extracting(InstanceStatus::silent).containsExactly(false, true);
		assertThat(one.status().next().gates().get(0).remedy()).contains("(silent for 1", ", lease ");
		stopped.poll();
		assertThat(one.status().instances()).extracting(InstanceStatus::silentSeconds)
			.allSatisfy((seconds) -> assertThat(seconds).isLessThan(12));
	}

	@Test
	void allThatIsReadForAStatusTakesOneConnection() {
		AtomicInteger connections = new AtomicInteger();
		TestCluster.Instance one = this.cluster
			.instance(TestCluster.plan(), new DelegatingDataSource(this.cluster.database.dataSource()) {

				@Override
				public Connection getConnection() throws SQLException {
					connections.incrementAndGet();
					return super.getConnection();
				}

			})
			.poll(2);
		connections.set(0);
		assertThat(one.status().next()).isNotNull();
		assertThat(one.runner.list()).hasSize(1);
		assertThat(connections).hasValue(2);
	}

	@Test
	void anInstanceThatPollsSlowlyIsNotSilentBeforeItsNextPollIsDue() {
		TestCluster.Instance one = this.cluster.instance().poll();
		TestCluster.Instance slow = this.cluster.instance(Duration.ofSeconds(15)).poll();
		one.ask(MigrationPhase.EXPAND);
		lastSeen(slow, "12 s");
		one.poll();
		assertThat(one.status().instances()).extracting(InstanceStatus::silent).containsExactly(false, false);
		assertThat(one.status().next().gates().get(0).remedy()).contains("(lease ");
		lastSeen(slow, "20 s");
		assertThat(one.poll().status().instances()).extracting(InstanceStatus::silent).containsExactly(false, true);
		assertThat(one.status().next().gates().get(0).remedy()).contains("(silent for 2", ", lease ");
	}

	private void lastSeen(TestCluster.Instance instance, String ago) {
		this.cluster.database
			.execute("update migration_instance set renewed_at = clock_timestamp() - interval '%s' where id = '%s'"
				.formatted(ago, instance.id()));
	}

	@Test
	void endOfALeaseStandsForAnAcknowledgement() {
		TestCluster.Instance one = this.cluster.instance().poll();
		TestCluster.Instance dead = this.cluster.instance().poll();
		one.ask(MigrationPhase.BACKFILL);
		assertThat(one.poll(3).phase()).isEqualTo(MigrationPhase.EXPAND);
		dead.endLease();
		assertThat(one.poll(2).phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void instanceThatLivesOnAfterItsLeaseJoinsAgainAndIsWaitedFor() {
		TestCluster.Instance one = this.cluster.instance().poll();
		TestCluster.Instance paused = this.cluster.instance().poll();
		one.ask(MigrationPhase.DUAL_READ);
		one.poll();
		paused.endLease();
		assertThat(one.poll(1).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		paused.engine.drained = false;
		paused.poll();
		assertThat(one.poll(2).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		paused.engine.drained = true;
		paused.poll();
		assertThat(one.poll().phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void renewalThatIsUnderWayDecidesWhetherAnInstanceIsAlive() throws Exception {
		TestCluster.Instance one = this.cluster.instance().poll();
		TestCluster.Instance late = this.cluster.instance().poll();
		one.ask(MigrationPhase.DUAL_WRITE);
		one.poll();
		String id = late.id();
		late.endLease();
		TransactionTemplate renewal = new TransactionTemplate(
				new JdbcTransactionManager(this.cluster.database.dataSource()));
		CompletableFuture<MigrationPhase> step = renewal.execute((status) -> {
			this.cluster.database
				.execute("update migration_instance set lease_until = now() + interval '30 s' where id = '%s'"
					.formatted(id));
			CompletableFuture<MigrationPhase> started = OwnThread.supply(() -> one.poll().phase());
			Awaitility.await().until(() -> waitingForALock() > 0);
			return started;
		});
		assertThat(step.get(10, TimeUnit.SECONDS)).isEqualTo(MigrationPhase.EXPAND);
	}

	@Test
	void instanceThatWasTakenForDeadInATransitionCannotRenewItsLease() {
		TestCluster.Instance one = this.cluster.instance().poll();
		UUID id = UUID.fromString(one.id());
		one.endLease();
		assertThat(this.cluster.instanceStore().renew(id, java.time.Duration.ofSeconds(30))).isFalse();
	}

	@Test
	void askingBelowTheConfiguredPhaseSetsTheHoldAndSaysSo() {
		TestCluster.Instance instance = this.cluster.instance(TestCluster.plan().phase(MigrationPhase.BACKFILL));
		instance.poll(5).ask(MigrationPhase.DUAL_WRITE);
		assertThat(instance.poll(2).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		assertThat(instance.status().hold()).isEqualTo(MigrationPhase.DUAL_WRITE);
		assertThat(instance.status().requestedBy()).isEqualTo("hold of alice");
		assertThat(instance.status().history()).anySatisfy((entry) -> {
			assertThat(entry.action()).isEqualTo("hold");
			assertThat(entry.reason()).contains("because (hold, since configuration of instance", "asks for BACKFILL");
		});
		instance.hold(MigrationPhase.COMPLETED);
		assertThat(instance.poll(2).phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void askingAboveTheConfiguredPhaseIsRefused() {
		TestCluster.Instance instance = this.cluster.instance(TestCluster.plan().phase(MigrationPhase.DUAL_WRITE));
		instance.poll();
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> instance.ask(MigrationPhase.CUTOVER))
			.withMessageContaining("configured-phase is closed: DUAL_WRITE by configuration of instance")
			.withMessageContaining("set migration.plans.user-settings.phase to CUTOVER");
	}

	@Test
	void holdCapsAndMovesBack() {
		TestCluster.Instance instance = this.cluster.instance();
		instance.poll().hold(MigrationPhase.DUAL_WRITE);
		instance.ask(MigrationPhase.DUAL_READ);
		assertThat(instance.poll(5).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		instance.hold(MigrationPhase.EXPAND);
		assertThat(instance.poll(3).phase()).isEqualTo(MigrationPhase.EXPAND);
		instance.runner.change(TestCluster.PLAN,
				new ChangeRequest(null, MigrationPhase.COMPLETED, null, null, null, null, "carol", null, false, false));
		assertThat(instance.status().hold()).isNull();
	}

	@Test
	void copyWithProxiesWaitsForOlderTransactions() {
		TestCluster.Instance instance = this.cluster.instance(TestCluster.plan().mirror(MirrorKind.PROXIES));
		instance.poll().ask(MigrationPhase.BACKFILL);
		TransactionTemplate business = new TransactionTemplate(
				new JdbcTransactionManager(this.cluster.database.dataSource()));
		business.executeWithoutResult((status) -> {
			this.cluster.database.execute("create table stray (id integer)");
			OwnThread.run(() -> instance.poll(4)).join();
			List<String> gates = OwnThread
				.supply(() -> instance.status()
					.next()
					.gates()
					.stream()
					.filter((gate) -> !gate.open())
					.map(Object::toString)
					.toList())
				.join();
			assertThat(gates).singleElement()
				.asString()
				.contains("older-transactions is closed: transaction of process")
				.containsPattern("pg_terminate_backend\\(\\d+\\)");
		});
		assertThat(instance.phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		assertThat(instance.poll().phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	private long waitingForALock() {
		return OwnThread.supply(() -> JdbcClient.create(this.cluster.database.dataSource())
			.sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
			.query(Long.class)
			.single()).join();
	}

}
