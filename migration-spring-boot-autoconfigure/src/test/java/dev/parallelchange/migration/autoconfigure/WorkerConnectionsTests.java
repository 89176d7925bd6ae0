package dev.parallelchange.migration.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.ThrottleSignal;
import dev.parallelchange.migration.jdbc.ConnectionShare;
import dev.parallelchange.migration.load.CommitLatency;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application with a pool of four connections, and a copy of four workers.
 */
class WorkerConnectionsTests {

	private static final int POOL_SIZE = 4;

	private final TestDatabase database = TestDatabase.create();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, TransactionAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, MigrationAutoConfiguration.class,
				MigrationRoutingAutoConfiguration.class))
		.withBean("dataSource", DataSource.class, () -> pool(this.database, POOL_SIZE))
		.withPropertyValues("migration.plans.items.source=item", "migration.plans.items.target=copy",
				"migration.plans.items.phase=backfill", "migration.instance.poll=50ms",
				"migration.plans.items.backfill.batch-size=10", "migration.plans.items.backfill.max-batch-size=10",
				"migration.plans.items.backfill.max-concurrency=4");

	@BeforeEach
	void tables() {
		this.database.execute("create table item (id int primary key, name text)",
				"create table copy (id int primary key, name text)",
				"insert into item select i, 'n' || i from generate_series(1, 300) as i");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void requestsGoOnWhileAChunkHangs() {
		try (DatabaseLatch latch = new DatabaseLatch(this.database)) {
			DatabaseLatch.stop(this.database, "copy", "true");
			this.runner.run((context) -> {
				latch.awaitArrival(1);
				List<CompletableFuture<Void>> callers = new ArrayList<>();
				for (int caller = 0; caller < POOL_SIZE; caller++) {
					callers.add(OwnThread.run(() -> requests(context.getBean(DataSource.class))));
				}
				assertThat(callers).allSatisfy((caller) -> assertThat(caller).succeedsWithin(Duration.ofSeconds(30)));
				assertThat(latch.waiting()).isEqualTo(1);
				assertThat(context.getBean(MigrationRunner.class).status("items").backfill()).isNotNull();
				latch.open();
				awaitCopied();
			});
		}
	}

	@Test
	void loadIsShownWithItsLimits() {
		try (DatabaseLatch latch = new DatabaseLatch(this.database)) {
			DatabaseLatch.stop(this.database, "copy", "true");
			this.runner.withBean("businessHours", ThrottleSignal.class, () -> (plan) -> null).run((context) -> {
				latch.awaitArrival(1);
				MigrationRunner plans = context.getBean(MigrationRunner.class);
				await().untilAsserted(() -> assertThat(plans.status("items").backfill()).isNotNull()
					.satisfies((backfill) -> assertThat(backfill.signals()).extracting(BackfillStatus.Signal::name)
						.containsExactlyInAnyOrder("replication-lag", "pool-waiting", "active-sessions", "lock-wait",
								"copy-lock-wait", "commit-latency", "businessHours")));
				assertThat(plans.status("items").backfill()).isNotNull()
					.satisfies((backfill) -> assertThat(backfill.signals())
						.filteredOn((signal) -> signal.name().equals("pool-waiting"))
						.allSatisfy((signal) -> assertThat(signal.limit()).isEqualTo(1)));
				latch.open();
			});
		}
	}

	@Test
	void poolOfAnotherMakeIsNotAsked() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader(HikariDataSource.class))
			.withConfiguration(AutoConfigurations.of(TransactionAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, MigrationAutoConfiguration.class,
					MigrationRoutingAutoConfiguration.class))
			.withBean(DataSource.class, () -> new DriverManagerDataSource(this.database.jdbcUrl()))
			.withPropertyValues("migration.plans.items.source=item", "migration.plans.items.target=copy")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(MigrationRunner.class)
				.hasSingleBean(CommitLatency.class)
				.doesNotHaveBean("migrationPoolWaiting"));
	}

	/**
	 * What the first test would not show if the copy did not want all connections.
	 */
	@Test
	void withoutAShareTheCopyTakesThemAll() {
		try (DatabaseLatch latch = new DatabaseLatch(this.database)) {
			DatabaseLatch.stop(this.database, "copy", "true");
			this.runner.withBean(ConnectionShare.class, ConnectionShare::unlimited).run((context) -> {
				latch.awaitArrival(POOL_SIZE);
				assertThatExceptionOfType(SQLTransientConnectionException.class)
					.isThrownBy(() -> context.getBean(DataSource.class).getConnection());
				latch.open();
			});
		}
	}

	@Test
	void instanceStaysAliveWhileAChunkHangs() {
		try (DatabaseLatch latch = new DatabaseLatch(this.database)) {
			DatabaseLatch.stop(this.database, "copy", "true");
			this.runner.run((context) -> {
				latch.awaitArrival(1);
				String renewed = leases();
				await().until(() -> !leases().equals(renewed));
				latch.open();
			});
		}
	}

	@Test
	void poolOfTheLibrarysOwnNeedsNothingOfTheApplications() {
		this.runner
			.withBean("workers", DataSource.class, () -> pool(this.database, POOL_SIZE), WorkerConnectionsTests::aside)
			.withPropertyValues("migration.worker.data-source=workers")
			.run((context) -> {
				List<Connection> all = new ArrayList<>();
				for (int number = 0; number < POOL_SIZE; number++) {
					all.add(connection(context.getBean("dataSource", DataSource.class)));
				}
				this.database.execute("insert into item values (301, 'late')");
				awaitCopied();
				for (Connection connection : all) {
					connection.close();
				}
			});
	}

	@Test
	void poolOfAnotherDatabaseIsRefused() {
		try (TestDatabase other = TestDatabase.create()) {
			this.runner
				.withBean("workers", DataSource.class, () -> pool(other, POOL_SIZE), WorkerConnectionsTests::aside)
				.withPropertyValues("migration.worker.data-source=workers")
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.hasMessageContaining("migration.worker.data-source")
					.hasMessageContaining("another database"));
		}
	}

	@Test
	void poolThatIsNoBeanIsRefused() {
		this.runner.withPropertyValues("migration.worker.data-source=workers")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("the DataSource beans are [dataSource]"));
	}

	@Test
	void wholePoolForTheLibraryIsRefused() {
		this.runner.withPropertyValues("migration.worker.max-connections=4")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("migration.worker.max-connections")
				.hasMessageContaining("4 connections, and would have none left"));
		this.runner.withPropertyValues("migration.worker.max-connections=0")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("must be positive"));
	}

	private void requests(DataSource dataSource) {
		for (int request = 0; request < 50; request++) {
			JdbcClient.create(dataSource).sql("select count(*) from item").query(Long.class).single();
		}
	}

	private String leases() {
		return this.database.jdbcClient()
			.sql("select cast(lease_until as text) from migration_instance")
			.query(String.class)
			.single();
	}

	private void awaitCopied() {
		await().until(() -> this.database.jdbcClient()
			.sql("select (select count(*) from copy) = (select count(*) from item)")
			.query(Boolean.class)
			.single());
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

	private static Connection connection(DataSource dataSource) {
		try {
			return dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void aside(org.springframework.beans.factory.config.BeanDefinition definition) {
		((AbstractBeanDefinition) definition).setDefaultCandidate(false);
	}

	private static HikariDataSource pool(TestDatabase database, int size) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(database.jdbcUrl());
		pool.setMaximumPoolSize(size);
		pool.setConnectionTimeout(1000);
		return pool;
	}

}
