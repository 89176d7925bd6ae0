package dev.parallelchange.migration.autoconfigure;

import javax.sql.DataSource;

import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Applications with a plan to another database, and what keeps them from starting.
 */
class AcrossStartupTests {

	private final TestDatabase source = TestDatabase.create();

	private final TestDatabase target = TestDatabase.create();

	private final ApplicationContextRunner withoutManager = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceTransactionManagerAutoConfiguration.class,
				TaskExecutionAutoConfiguration.class, MigrationAutoConfiguration.class,
				MigrationRoutingAutoConfiguration.class, MigrationUnleashAutoConfiguration.class))
		.withBean("dataSource", DataSource.class, this.source::dataSource, (definition) -> {
			definition.setPrimary(true);
			definition.setDestroyMethodName("");
		})
		.withBean("ordersDataSource", DataSource.class, this.target::dataSource,
				(definition) -> definition.setDestroyMethodName(""))
		.withBean("transactionManager", JdbcTransactionManager.class,
				() -> new JdbcTransactionManager(this.source.dataSource()))
		.withPropertyValues("migration.plans.orders-out.source=orders",
				"migration.plans.orders-out.target.table=orders",
				"migration.plans.orders-out.target.data-source=ordersDataSource",
				"migration.plans.orders-out.mirror=proxies", "migration.plans.orders-out.contract.source=keep",
				"migration.instance.poll=100ms");

	private final ApplicationContextRunner runner = this.withoutManager.withBean("ordersTransactions",
			JdbcTransactionManager.class, () -> new JdbcTransactionManager(this.target.dataSource()));

	AcrossStartupTests() {
		this.source.execute("create table orders (id bigint primary key, state text)");
		this.target.execute("create table orders (id bigint primary key, state text)");
	}

	@AfterEach
	void close() {
		this.source.close();
		this.target.close();
	}

	@Test
	void theLibrarysTablesAreCreatedInBothDatabases() {
		this.runner.run((context) -> {
			assertThat(context.getBean(MigrationRunner.class).status("orders-out").plan().shape()).isNotNull();
			assertThat(tables(this.source)).isEqualTo(tables(this.target)).isPositive();
		});
	}

	@Test
	void tablesThatMustNotBeCreatedAreMissed() {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		this.target.execute("drop table migration_pending");
		this.runner.withPropertyValues("migration.initialize-schema=never")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MissingSchemaException.class)
				.hasMessageContaining("migration_pending"));
	}

	@Test
	void callsMayBeTriedAgainUntilTheTargetsDatabaseAnswers() {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		this.target.dataSource().close();
		this.runner.run((context) -> {
			MigrationPlan plan = context.getBean(MigrationPlans.class).get("orders-out");
			assertThatExceptionOfType(PhaseUncertainException.class)
				.isThrownBy(() -> context.getBean(DerivedPlans.class).get(plan))
				.withMessageContaining("'orders-out'");
		});
	}

	@Test
	void aDataSourceThatThereIsNotIsRefused() {
		this.runner.withPropertyValues("migration.plans.orders-out.target.data-source=nowhere")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidPlanException.class)
				.hasMessageContaining("there is no DataSource bean of the name 'nowhere'")
				.hasMessageContaining("[dataSource, ordersDataSource]"));
	}

	@Test
	void theSourcesOwnDataSourceIsRefused() {
		this.runner.withPropertyValues("migration.plans.orders-out.target.data-source=dataSource")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidPlanException.class)
				.hasMessageContaining("'dataSource' is the DataSource of the source as well"));
	}

	@Test
	void aTargetWithoutATransactionManagerIsRefused() {
		this.withoutManager.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(InvalidPlanException.class)
			.hasMessageContaining("need the one transaction manager of that DataSource"));
	}

	private static int tables(TestDatabase database) {
		return database.jdbcClient()
			.sql("select count(*) from pg_tables where tablename like 'migration\\_%'")
			.query(Integer.class)
			.single();
	}

}
