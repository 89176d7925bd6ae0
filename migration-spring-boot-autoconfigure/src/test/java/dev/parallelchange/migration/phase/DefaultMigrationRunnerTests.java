package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class DefaultMigrationRunnerTests {

	private final TestCluster cluster = new TestCluster();

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void runsInTheBackgroundUntilStopped() {
		TestCluster.Instance instance = this.cluster.instance();
		instance.runner.start();
		assertThat(instance.runner.isRunning()).isTrue();
		assertThat(instance.states.isCurrent()).isTrue();
		instance.ask(MigrationPhase.CUTOVER);
		Awaitility.await().until(() -> instance.phase() == MigrationPhase.CUTOVER);
		Awaitility.await().until(() -> instance.states.current(TestCluster.PLAN).phase() == MigrationPhase.CUTOVER);
		instance.runner.stop();
		assertThat(instance.engine.stopped).isTrue();
		assertThat(instance.runner.isRunning()).isFalse();
		assertThat(instance.states.isCurrent()).isFalse();
		assertThat(instance.status().instances()).isEmpty();
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).doesNotContain("migration-runner");
		instance.runner.start();
		assertThat(instance.states.isCurrent()).isTrue();
		instance.runner.stop();
	}

	@Test
	void resumesWhereItWas() {
		TestCluster.Instance first = this.cluster.instance().poll();
		first.ask(MigrationPhase.DUAL_READ);
		first.poll(2);
		first.endLease();
		TestCluster.Instance second = this.cluster.instance();
		assertThat(second.poll(2).phase()).isEqualTo(MigrationPhase.DUAL_READ);
	}

	@Test
	void databaseThatIsDownAtStartupDelaysOnlyTheRunner() throws Exception {
		try (HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl(this.cluster.database.jdbcUrl());
			dataSource.setConnectionTimeout(250);
			dataSource.setInitializationFailTimeout(-1);
			dataSource.setMinimumIdle(0);
			allowConnections(false);
			TestCluster.Instance instance = this.cluster.instance(TestCluster.plan().phase(MigrationPhase.DUAL_WRITE),
					dataSource);
			long began = System.nanoTime();
			instance.runner.start();
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
			assertThat(instance.states.isCurrent()).isFalse();
			assertThat(instance.states.current(TestCluster.PLAN).phase()).isEqualTo(MigrationPhase.OFF);
			Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> !this.cluster.events.isEmpty());
			assertThat(this.cluster.events).singleElement().isInstanceOf(MigrationEvent.ActivityFailed.class);
			allowConnections(true);
			Awaitility.await()
				.until(() -> instance.states.current(TestCluster.PLAN).phase() == MigrationPhase.DUAL_WRITE);
			assertThat(this.cluster.events).filteredOn(MigrationEvent.ActivityFailed.class::isInstance).hasSize(1);
			instance.runner.stop();
		}
	}

	@Test
	void statesAreNotCurrentWhenTheLeaseWasNotRenewedInTime() {
		CachedPlanStates states = new CachedPlanStates();
		long now = System.nanoTime();
		states.publish(Map.of(), now, new CachedPlanStates.Lease(now, now + Duration.ofMinutes(1).toNanos()));
		assertThat(states.isCurrent()).isTrue();
		states.publish(Map.of(), now, new CachedPlanStates.Lease(now, now - 1));
		assertThat(states.isCurrent()).isFalse();
	}

	@Test
	void statesAreNotCurrentSinceAMomentBeforeTheLeaseWasHad() {
		CachedPlanStates states = new CachedPlanStates();
		long now = System.nanoTime();
		states.publish(Map.of(), now, new CachedPlanStates.Lease(now, now + Duration.ofMinutes(1).toNanos()));
		assertThat(states.isCurrentSince(now)).isTrue();
		assertThat(states.isCurrentSince(now - 1)).isFalse();
	}

	@Test
	void writeFlagIsCarriedToThePlan() {
		TestCluster.Instance instance = this.cluster.instance().poll();
		assertThat(instance.states.current(TestCluster.PLAN).writesDeferred()).isFalse();
		instance.writes = false;
		assertThat(instance.poll(2).states.current(TestCluster.PLAN).writesDeferred()).isTrue();
		assertThat(instance.status().flags()).containsEntry("migration.user-settings.write", false);
		instance.writes = true;
		assertThat(instance.poll(2).states.current(TestCluster.PLAN).writesDeferred()).isFalse();
	}

	@Test
	void statusTellsOfThePlanAndItsInstances() {
		TestCluster.Instance instance = this.cluster.instance().poll();
		assertThat(instance.status().plan().source()).contains("users");
		assertThat(instance.status().instances()).singleElement().satisfies((self) -> {
			assertThat(self.self()).isTrue();
			assertThat(self.version()).isEqualTo("1");
			assertThat(self.leaseSeconds()).isBetween(20.0, 30.0);
		});
		assertThat(instance.runner.list()).hasSize(1);
		assertThat(instance.engine.ticks).hasSize(1);
	}

	private void allowConnections(boolean allowed) {
		String url = this.cluster.database.jdbcUrl();
		String name = url.replaceAll(".*/(test\\d+).*", "$1");
		JdbcClient server = JdbcClient.create(new DriverManagerDataSource(url.replace("/" + name, "/postgres")));
		server.sql("alter database %s with allow_connections %s".formatted(name, allowed)).update();
		if (!allowed) {
			server.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'".formatted(name))
				.query()
				.listOfRows();
		}
	}

}
