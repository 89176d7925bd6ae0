package dev.parallelchange.migration.across;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.MigrationDataSource;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.test.CheckedWriters;
import dev.parallelchange.migration.test.PlanWalk;
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

	private final TestDatabase source = TestDatabase.create(PostgresVersion.NEWEST);

	private final TestDatabase target = TestDatabase.create(PostgresVersion.OLDEST);

	@AfterEach
	void close() {
		this.source.close();
		this.target.close();
	}

	@Test
	void aPlanToAnotherServerLosesNothingOnItsWay() {
		this.source.execute("create table account (id bigint primary key, cents bigint not null)",
				"insert into account select i, 0 from generate_series(1, %d) i".formatted(ROWS));
		this.target.execute("create table balance (id bigint primary key, amount numeric(20, 2) not null)");
		try (ConfigurableApplicationContext instance = start()) {
			PlanWalk walk = new PlanWalk(instance, "accounts");
			CheckedWriters<Long> writers = new CheckedWriters<>(new Balances(instance.getBean(Accounts.class)), 0L,
					ROWS);
			walk.to(MigrationPhase.DUAL_READ);
			writeWithin(instance);
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(walk.status().mirror().jointTransactions()).isEqualTo(1));
			writeWithinOther(instance);
			assertThat(walk.closed()).contains("joint-transactions");
			cutOver(walk);
			writers.awaitWrites();
			walk.to(MigrationPhase.DUAL_READ);
			writers.awaitWrites();
			cutOver(walk);
			writers.awaitWrites();
			writers.stop();
			walk.awaitNothingPendingToSource();
			assertNothingLost(writers);
		}
	}

	private static void cutOver(PlanWalk walk) {
		walk.approve(MigrationPhase.CUTOVER);
		walk.to(MigrationPhase.CUTOVER);
	}

	private void assertNothingLost(CheckedWriters<Long> writers) {
		String balances = "select string_agg(id || '=' || %s, ',' order by id) from %s";
		assertThat(text(this.target, balances.formatted("cast(amount * 100 as bigint)", "balance")))
			.isEqualTo(text(this.source, balances.formatted("cents", "account")));
		writers
			.forEachAcknowledged((id,
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

	/**
	 * Balances go up by one.
	 */
	private record Balances(Accounts accounts) implements CheckedWriters.Rows<Long> {

		@Override
		public @Nullable Long find(long id) {
			return this.accounts.findBalance(id);
		}

		@Override
		public Long insert(long id, Random random) {
			this.accounts.insert(id, 7);
			return 7L;
		}

		@Override
		public Long update(long id, Long before, Random random) {
			this.accounts.updateBalance(id, 1);
			return before + 1;
		}

		@Override
		public void delete(long id) {
			this.accounts.delete(id);
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
