package dev.parallelchange.migration.across;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationDataSource;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.test.PostgresVersion;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plan goes from one PostgreSQL server to another while writers use its repository, to
 * {@code CUTOVER}, back, and to {@code CUTOVER} again.
 */
class AcrossPlanTests {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private static final int ROWS = 600;

	private static final int WRITERS = 3;

	private final TestDatabase source = TestDatabase.create(PostgresVersion.NEWEST);

	private final TestDatabase target = TestDatabase.create(PostgresVersion.OLDEST);

	private final Map<Long, Optional<Long>> acknowledged = new ConcurrentHashMap<>();

	private final AtomicLong writes = new AtomicLong();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private volatile boolean stopped;

	@AfterEach
	void close() {
		this.source.close();
		this.target.close();
	}

	@Test
	void aPlanToAnotherServerLosesNothingOnItsWay() throws InterruptedException {
		this.source.execute("create table account (id bigint primary key, cents bigint not null)",
				"insert into account select i, 0 from generate_series(1, %d) i".formatted(ROWS));
		this.target.execute("create table balance (id bigint primary key, amount numeric(20, 2) not null)");
		try (ConfigurableApplicationContext instance = start()) {
			List<Thread> threads = startWriters(instance.getBean(Accounts.class));
			MigrationRunner runner = instance.getBean(MigrationRunner.class);
			request(runner, MigrationPhase.DUAL_READ);
			writeWithin(instance);
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(runner.status("accounts").mirror().jointTransactions()).isEqualTo(1));
			writeWithinOther(instance);
			assertThat(closed(runner)).contains("joint-transactions");
			cutOver(runner);
			awaitWrites();
			request(runner, MigrationPhase.DUAL_READ);
			awaitWrites();
			cutOver(runner);
			awaitWrites();
			this.stopped = true;
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(this.failure.get()).isNull();
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(runner.status("accounts").mirror().pendingToSource()).isZero());
		}
		assertNothingLost();
	}

	private void assertNothingLost() {
		String balances = "select string_agg(id || '=' || %s, ',' order by id) from %s";
		assertThat(text(this.target, balances.formatted("cast(amount * 100 as bigint)", "balance")))
			.isEqualTo(text(this.source, balances.formatted("cents", "account")));
		this.acknowledged
			.forEach((id,
					balance) -> assertThat(Optional
						.ofNullable(text(this.source, "select max(cents)::text from account where id = " + id))
						.map(Long::valueOf)).as("row %d", id).isEqualTo(balance));
		assertThat(text(this.source, "select count(*)::text from migration_pending")).isEqualTo("0");
		assertThat(text(this.target, "select count(*)::text from migration_pending")).isEqualTo("0");
	}

	private static @Nullable String text(TestDatabase database, String query) {
		return database.jdbcClient()
			.sql(query)
			.query((row, number) -> Optional.ofNullable(row.getString(1)))
			.single()
			.orElse(null);
	}

	private ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("test.source=" + this.source.jdbcUrl(), "test.target=" + this.target.jdbcUrl(),
					"spring.jpa.hibernate.ddl-auto=none", "spring.main.banner-mode=off", "spring.flyway.enabled=false",
					"migration.instance.poll=100ms", "migration.plans.accounts.source=account",
					"migration.plans.accounts.target.table=balance",
					"migration.plans.accounts.target.data-source=otherDataSource",
					"migration.plans.accounts.mapping.amount=source.cents / 100.0",
					"migration.plans.accounts.reverse.cents=target.amount * 100",
					"migration.plans.accounts.contract.source=keep",
					"migration.plans.accounts.verification.min-parity=98", "migration.plans.accounts.rollout.read=50",
					"migration.plans.accounts.verification.min-compared-reads=0",
					"migration.plans.accounts.verification.compare-share=100")
			.run();
	}

	/**
	 * A transaction of the application that does other things as well.
	 */
	private static void writeWithin(ConfigurableApplicationContext instance) {
		new TransactionTemplate(instance.getBean("sourceTransactions", JdbcTransactionManager.class))
			.executeWithoutResult((status) -> {
				instance.getBean(Accounts.class).insert(1_000_000, 5);
				instance.getBean(Accounts.class).updateBalance(1_000_000, 2);
			});
	}

	/**
	 * A transaction on the database that does not lead: what the plan writes is no part
	 * of it.
	 */
	private void writeWithinOther(ConfigurableApplicationContext instance) {
		new TransactionTemplate(instance.getBean("otherTransactions", JdbcTransactionManager.class))
			.executeWithoutResult((status) -> {
				instance.getBean(Accounts.class).insert(1_000_001, 9);
				status.setRollbackOnly();
			});
		assertThat(text(this.source, "select cents::text from account where id = 1000001")).isEqualTo("9");
	}

	private void cutOver(MigrationRunner runner) {
		runner.change("accounts", ChangeRequest.approve(MigrationPhase.CUTOVER, "test", "nothing else is in it"));
		request(runner, MigrationPhase.CUTOVER);
	}

	private static List<String> closed(MigrationRunner runner) {
		MigrationStatus.NextStep next = runner.status("accounts").next();
		return next.gates().stream().filter((gate) -> !gate.open()).map(Gate::name).toList();
	}

	private void request(MigrationRunner runner, MigrationPhase phase) {
		Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).ignoreExceptions().until(() -> {
			runner.change("accounts", ChangeRequest.phase(phase, "test", "walk"));
			return true;
		});
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(100))
			.untilAsserted(() -> assertThat(runner.status("accounts")).extracting(MigrationStatus::phase)
				.as(() -> String.valueOf(runner.status("accounts").next()))
				.isEqualTo(phase));
	}

	private void awaitWrites() {
		long before = this.writes.get();
		Awaitility.await().atMost(PATIENCE).until(() -> this.failure.get() != null || this.writes.get() > before + 200);
	}

	private List<Thread> startWriters(Accounts accounts) {
		List<Thread> threads = new ArrayList<>();
		for (int writer = 0; writer < WRITERS; writer++) {
			int number = writer;
			Thread thread = new Thread(() -> run(accounts, number), "writer-" + number);
			thread.start();
			threads.add(thread);
		}
		return threads;
	}

	/**
	 * Each writer has rows of its own, and half of its writes go to few of them.
	 */
	private void run(Accounts accounts, int writer) {
		Random random = new Random(writer);
		try {
			while (!this.stopped) {
				int rows = random.nextBoolean() ? 3 : 2 * ROWS / WRITERS;
				write(accounts, (long) random.nextInt(rows) * WRITERS + writer + 1, random);
			}
		}
		catch (RuntimeException | AssertionError ex) {
			this.failure.compareAndSet(null, ex);
		}
	}

	private void write(Accounts accounts, long id, Random random) {
		Optional<Long> before = this.acknowledged.getOrDefault(id, (id <= ROWS) ? Optional.of(0L) : Optional.empty());
		try {
			if (random.nextInt(4) == 0) {
				assertThat(Optional.ofNullable(accounts.findBalance(id))).as("what is read of row %d", id)
					.isEqualTo(before);
			}
			if (before.isEmpty()) {
				accounts.insert(id, 7);
				this.acknowledged.put(id, Optional.of(7L));
			}
			else if (random.nextInt(10) == 0) {
				accounts.delete(id);
				this.acknowledged.put(id, Optional.empty());
			}
			else {
				accounts.updateBalance(id, 1);
				this.acknowledged.put(id, Optional.of(before.get() + 1));
			}
			this.writes.incrementAndGet();
		}
		catch (PhaseUncertainException ex) {
			// The application tries again.
		}
	}

	/** An application with two databases. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		@Primary
		@MigrationDataSource
		DataSource sourceDataSource(Environment environment) {
			return pool(environment.getRequiredProperty("test.source"));
		}

		@Bean
		DataSource otherDataSource(Environment environment) {
			return pool(environment.getRequiredProperty("test.target"));
		}

		private static DataSource pool(String url) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(url);
			pool.setMaximumPoolSize(15);
			return pool;
		}

		@Bean
		@Primary
		JdbcTransactionManager sourceTransactions(DataSource sourceDataSource) {
			return new JdbcTransactionManager(sourceDataSource);
		}

		@Bean
		JdbcTransactionManager otherTransactions(@Qualifier("otherDataSource") DataSource otherDataSource) {
			return new JdbcTransactionManager(otherDataSource);
		}

		@Bean
		@SourceSide
		Accounts sourceAccounts(DataSource sourceDataSource) {
			return new JdbcAccounts(sourceDataSource, "account", "cents", 1);
		}

		@Bean
		@TargetSide
		Accounts targetAccounts(@Qualifier("otherDataSource") DataSource otherDataSource) {
			return new JdbcAccounts(otherDataSource, "balance", "amount", 100);
		}

	}

}
