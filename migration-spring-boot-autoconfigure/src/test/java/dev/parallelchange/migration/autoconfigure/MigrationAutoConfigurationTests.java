package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationDataSource;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationTemplate;
import dev.parallelchange.migration.PersistenceFlush;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.actuate.MigrationsEndpoint;
import dev.parallelchange.migration.actuate.MigrationsEndpointWebExtension;
import dev.parallelchange.migration.autoconfigure.themes.JdbcThemes;
import dev.parallelchange.migration.autoconfigure.themes.Themes;
import dev.parallelchange.migration.health.MigrationsHealthIndicator;
import dev.parallelchange.migration.metrics.MeterListener;
import dev.parallelchange.migration.metrics.MigrationGauges;
import dev.parallelchange.migration.phase.DefaultMigrationRunner;
import dev.parallelchange.migration.test.TestDatabase;
import dev.parallelchange.migration.unleash.UnleashMigrationFlags;
import io.getunleash.FakeUnleash;
import io.getunleash.Unleash;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for all auto-configurations together.
 */
@ExtendWith(OutputCaptureExtension.class)
class MigrationAutoConfigurationTests {

	private static final AutoConfigurations ALL = AutoConfigurations.of(
			DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			JdbcClientAutoConfiguration.class, TransactionAutoConfiguration.class,
			ApplicationAvailabilityAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
			MigrationAutoConfiguration.class, MigrationEndpointAutoConfiguration.class,
			MigrationHealthContributorAutoConfiguration.class, MigrationJpaAutoConfiguration.class,
			MigrationMetricsAutoConfiguration.class, MigrationRoutingAutoConfiguration.class,
			MigrationUnleashAutoConfiguration.class, MigrationAuditAutoConfiguration.class,
			MigrationObservationAutoConfiguration.class, MigrationWebhookAutoConfiguration.class);

	private static final String[] PLAN = { "migration.plans.user-settings.source=users",
			"migration.plans.user-settings.target.table=user_settings",
			"migration.plans.user-settings.target.key=user_id", "migration.instance.poll=100ms" };

	private final TestDatabase database = TestDatabase.create();

	private final ApplicationContextRunner bare = new ApplicationContextRunner().withConfiguration(ALL);

	private final ApplicationContextRunner empty = this.bare.withBean(DataSource.class, this.database::dataSource,
			(definition) -> definition.setDestroyMethodName(""));

	private final ApplicationContextRunner runner = this.empty.withPropertyValues(PLAN)
		.withInitializer((context) -> tables(this.database.jdbcClient()));

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void withoutAPlanNotASingleBeanIsOurs() {
		this.empty.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(Unleash.class, FakeUnleash::new)
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> {
				assertThat(ours(context)).isEmpty();
				assertThat(tablesOfOurs()).isZero();
			});
	}

	@Test
	void aMigrationThatIsDisabledUsesTheSource() {
		this.runner.withPropertyValues("migration.enabled=false")
			.withUserConfiguration(ThemesSides.class)
			.run((context) -> {
				assertThat(context).doesNotHaveBean(MigrationRunner.class).doesNotHaveBean(MigrationsEndpoint.class);
				context.getBean(Themes.class).insertTheme(7, "dark");
				assertThat(themes("users")).containsExactly("dark");
				assertThat(tablesOfOurs()).isZero();
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "source", "target" })
	void aFixedSideRoutesWithoutTablesAndRunner(String side) {
		this.runner.withPropertyValues("migration.side=" + side)
			.withUserConfiguration(ThemesSides.class)
			.run((context) -> {
				assertThat(context).doesNotHaveBean(MigrationRunner.class).hasSingleBean(MigrationTemplate.class);
				context.getBean(Themes.class).insertTheme(7, "dark");
				assertThat(themes(side.equals("source") ? "users" : "user_settings")).containsExactly("dark");
				assertThat(themes(side.equals("source") ? "user_settings" : "users")).isEmpty();
				assertThat(tablesOfOurs()).isZero();
			});
	}

	@Test
	void aPlanMayBeABean() {
		this.empty.withInitializer((context) -> tables(this.database.jdbcClient()))
			.withBean(MigrationPlan.class,
					() -> MigrationPlan.of("user-settings").source("users").target("user_settings", "user_id").build())
			.run((context) -> assertThat(context.getBean(MigrationRunner.class).list()).extracting(MigrationStatus::id)
				.containsExactly("user-settings"));
	}

	@Test
	void amongSeveralDataSourcesTheMarkedOneHasTheTables() {
		try (TestDatabase other = TestDatabase.create()) {
			this.bare.withPropertyValues(PLAN)
				.withInitializer((context) -> tables(this.database.jdbcClient()))
				.withInitializer((context) -> context.getBeanFactory()
					.registerSingleton("databases", new Databases(this.database.dataSource(), other.dataSource())))
				.withUserConfiguration(TwoDataSources.class)
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(tablesOfOurs()).isPositive();
					assertThat(other.jdbcClient()
						.sql("select count(*) from pg_tables where schemaname = 'public'")
						.query(Long.class)
						.single()).isZero();
				});
		}
	}

	@Test
	void withoutAnyOptionalLibraryThePlansRun() {
		this.runner
			.withClassLoader(new FilteredClassLoader("io.micrometer.core", "io.getunleash", "jakarta.persistence",
					"org.springframework.orm", "org.flywaydb", "io.micrometer.observation",
					"org.springframework.boot.actuate.audit", "org.springframework.web"))
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(MigrationRunner.class)
					.doesNotHaveBean(PersistenceFlush.class);
				assertThat(context.getBeanNamesForType(MigrationFlags.class)).containsExactly("defaultMigrationFlags");
			});
	}

	@Test
	void eachOptionalLibraryGetsItsAdapter() {
		new WebApplicationContextRunner().withConfiguration(ALL)
			.withBean(DataSource.class, this.database::dataSource, (definition) -> definition.setDestroyMethodName(""))
			.withInitializer((context) -> tables(this.database.jdbcClient()))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(Unleash.class, FakeUnleash::new)
			.withPropertyValues(PLAN)
			.withPropertyValues("management.endpoints.web.exposure.include=migrations")
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(MigrationsEndpoint.class)
					.hasSingleBean(MigrationsEndpointWebExtension.class)
					.hasSingleBean(MigrationsHealthIndicator.class)
					.hasSingleBean(MeterListener.class)
					.hasSingleBean(MigrationGauges.class)
					.hasSingleBean(PersistenceFlush.class);
				assertThat(context.getBean(MigrationFlags.class)).isInstanceOf(UnleashMigrationFlags.class);
			});
	}

	@Test
	void anEndpointThatIsNotExposedIsNotCreated() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(MigrationsEndpoint.class));
	}

	@Test
	void theHealthContributorCanBeSwitchedOff() {
		this.runner.withPropertyValues("management.health.migrations.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(MigrationsHealthIndicator.class));
	}

	@Test
	void plansAreInertOnAnUnsupportedDatabase(CapturedOutput output) {
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		logging.setLogLevel(MigrationAutoConfiguration.class.getName(), LogLevel.INFO);
		JdbcDataSource h2 = new JdbcDataSource();
		h2.setUrl("jdbc:h2:mem:inert;DB_CLOSE_DELAY=-1");
		JdbcClient client = JdbcClient.create(h2);
		tables(client);
		this.bare.withBean(DataSource.class, () -> h2)
			.withPropertyValues(PLAN)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withUserConfiguration(ThemesSides.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Themes themes = context.getBean(Themes.class);
				themes.insertTheme(7, "dark");
				themes.changeTheme(7, "light");
				assertThat(themes.findTheme(7)).isEqualTo("light");
				assertThat(client.sql("select theme from users").query(String.class).list()).containsExactly("light");
				assertThat(client.sql("select theme from user_settings").query(String.class).list()).isEmpty();
				assertThat(context.getBean(MigrationRunner.class).list()).isEmpty();
				assertThat(context.getBean(MigrationsHealthIndicator.class).health().getStatus().getCode())
					.isEqualTo("UP");
			});
		assertThat(StringUtils.countOccurrencesOf(output.toString(), "The migration plans do nothing")).isOne();
		assertThat(output).doesNotContain("WARN", "ERROR");
		logging.setLogLevel(MigrationAutoConfiguration.class.getName(), null);
	}

	@Test
	void lazyInitializationStartsTheRunner() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context.getSourceApplicationContext().getBeanFactory().containsSingleton("migrationRunner"))
					.isTrue();
				assertThat(context.getBean(DefaultMigrationRunner.class).isRunning()).isTrue();
				assertThat(this.database.jdbcClient()
					.sql("select count(*) from migration_instance")
					.query(Long.class)
					.single()).isOne();
			});
	}

	@Test
	void listenersOfTheApplicationAreTold() {
		this.runner.withUserConfiguration(RecordingListeners.class).run((context) -> {
			context.getBean(MigrationRunner.class)
				.change("user-settings", ChangeRequest.phase(MigrationPhase.EXPAND, "test", "go"));
			RecordingListeners listeners = context.getBean(RecordingListeners.class);
			Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
				assertThat(listeners.told).hasExactlyElementsOfTypes(MigrationEvent.ChangeRequested.class,
						MigrationEvent.PhaseChanged.class);
				assertThat(listeners.published).isEqualTo(listeners.told);
			});
		});
	}

	@Test
	void purgeIsCompletedWhenNoRowIsLeft() {
		this.empty
			.withInitializer(
					(context) -> this.database.execute("create table events (id int primary key, gone boolean)",
							"insert into events select i, i % 2 = 0 from generate_series(1, 100) as i"))
			.withPropertyValues("migration.plans.old-events.table=events", "migration.plans.old-events.purge=gone",
					"migration.instance.poll=100ms")
			.run((context) -> {
				MigrationRunner runner = context.getBean(MigrationRunner.class);
				assertThat(runner.rehearse("old-events", RehearsalRequest.DEFAULT).join().rows()).isEqualTo(50);
				runner.change("old-events", ChangeRequest.approve(MigrationPhase.BACKFILL, "test", "agreed"));
				runner.change("old-events", ChangeRequest.phase(MigrationPhase.COMPLETED, "test", "go"));
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.until(() -> runner.status("old-events").phase() == MigrationPhase.COMPLETED);
				MigrationStatus status = runner.status("old-events");
				assertThat(status.backfill().rowsWritten()).isEqualTo(50);
				assertThat(status.backfill().purge().left()).isZero();
				assertThat(status.mirror()).isNull();
				assertThat(status.verification()).isNull();
				assertThat(status.plan().target()).isNull();
				assertThat(this.database.jdbcClient().sql("select count(*) from events").query(Long.class).single())
					.isEqualTo(50);
			});
	}

	@Test
	void theExecutorOfTheApplicationStays() {
		this.runner.run((context) -> assertThat(context).hasBean("applicationTaskExecutor"));
	}

	@Test
	void flagsOfTheApplicationReplaceOurs() {
		MigrationFlags own = (plan, flag, stickiness) -> false;
		this.runner.withBean("own", MigrationFlags.class, () -> own)
			.withBean(Unleash.class, FakeUnleash::new)
			.run((context) -> assertThat(context.getBean(MigrationFlags.class)).isSameAs(own));
	}

	@Test
	void aRunnerOfTheApplicationReplacesOurs() {
		this.runner.withBean("own", MigrationRunner.class, OwnRunner::new)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(MigrationRunner.class));
	}

	@Test
	void aSliceWithoutADataSourceIsNotTouched() {
		this.bare.withPropertyValues(PLAN)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(MigrationRunner.class)
				.doesNotHaveBean(MigrationPlans.class));
	}

	private static List<String> ours(ApplicationContext context) {
		return List.of(context.getBeanDefinitionNames())
			.stream()
			.filter((name) -> isOurs(((ConfigurableApplicationContext) context), name))
			.toList();
	}

	private static boolean isOurs(ConfigurableApplicationContext context, String name) {
		BeanDefinition definition = context.getBeanFactory().getBeanDefinition(name);
		Class<?> type = context.getType(name);
		return name.startsWith("migration") || name.contains("dev.parallelchange")
				|| String.valueOf(definition.getFactoryBeanName()).contains("dev.parallelchange")
				|| (type != null && type.getName().startsWith("dev.parallelchange"));
	}

	private long tablesOfOurs() {
		return this.database.jdbcClient()
			.sql("select count(*) from pg_tables where tablename like 'migration_%'")
			.query(Long.class)
			.single();
	}

	private List<String> themes(String table) {
		return this.database.jdbcClient().sql("select theme from " + table).query(String.class).list();
	}

	private static void tables(JdbcClient client) {
		client.sql("create table users (id bigint primary key, theme varchar(20))").update();
		client.sql("create table user_settings (user_id bigint primary key, theme varchar(20))").update();
	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = Themes.class)
	static class ThemesSides {

		@Bean
		@SourceSide
		Themes sourceThemes(JdbcClient client) {
			return new JdbcThemes(client, "users", "id");
		}

		@Bean
		@TargetSide
		Themes targetThemes(JdbcClient client) {
			return new JdbcThemes(client, "user_settings", "user_id");
		}

	}

	record Databases(DataSource first, DataSource second) {

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean(destroyMethod = "")
		@MigrationDataSource
		DataSource first(Databases databases) {
			return databases.first();
		}

		@Bean(destroyMethod = "")
		DataSource second(Databases databases) {
			return databases.second();
		}

	}

}
