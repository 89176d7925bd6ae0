package dev.parallelchange.migration.autoconfigure;

import java.time.Instant;
import java.util.List;

import javax.sql.DataSource;

import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.InvalidRepositoryException;
import dev.parallelchange.migration.MigrationDataSource;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationTemplate;
import dev.parallelchange.migration.PersistenceFlush;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.WrittenKeys;
import dev.parallelchange.migration.autoconfigure.themes.JdbcThemes;
import dev.parallelchange.migration.autoconfigure.themes.Themes;
import dev.parallelchange.migration.autoconfigure.themes.data.SourceDataThemes;
import dev.parallelchange.migration.autoconfigure.themes.data.TargetDataThemes;
import dev.parallelchange.migration.autoconfigure.themes.jpa.SourceJpaThemes;
import dev.parallelchange.migration.autoconfigure.themes.jpa.TargetJpaThemes;
import dev.parallelchange.migration.autoconfigure.themes.jpa.User;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.mirror.JdbcMirroredRows;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.mirror.MirrorBreakers;
import dev.parallelchange.migration.mirror.MirrorCounts;
import dev.parallelchange.migration.mirror.TransactionMirror;
import dev.parallelchange.migration.routing.DefaultMigrationFlags;
import dev.parallelchange.migration.routing.RepositoryRouting;
import dev.parallelchange.migration.routing.RoutingEngine;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MigrationRoutingAutoConfiguration} and
 * {@link MigrationJpaAutoConfiguration}.
 */
class MigrationRoutingAutoConfigurationTests {

	private final TestDatabase database = TestDatabase.create();

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withBean(DataSource.class, this.database::dataSource, (definition) -> definition.setDestroyMethodName(""))
		.withConfiguration(AutoConfigurations.of(DataSourceTransactionManagerAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class,
				TransactionAutoConfiguration.class, MigrationRoutingAutoConfiguration.class))
		.withUserConfiguration(ScanThemes.class);

	private final ApplicationContextRunner runner = this.bare.withUserConfiguration(EngineBeans.class);

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void theProxyIsPrimaryAndWritesBothSidesWithJdbcClient() {
		this.runner.withUserConfiguration(JdbcSides.class).run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(RoutingEngine.class)
				.hasSingleBean(MigrationTemplate.class);
			assertThat(context.getBeansOfType(Themes.class)).hasSize(3);
			assertThat(context.getBean(MigrationFlags.class)).isInstanceOf(DefaultMigrationFlags.class);
			assertBothSidesFollow(context);
		});
	}

	@Test
	void springDataJdbcInterfacesMayBeSides() {
		this.runner.withConfiguration(AutoConfigurations.of(DataJdbcRepositoriesAutoConfiguration.class))
			.withUserConfiguration(DataSides.class)
			.run(this::assertBothSidesFollow);
	}

	@Test
	void jpaSidesAreFlushedBeforeTheMirrorLooks() {
		this.runner
			.withConfiguration(
					AutoConfigurations.of(HibernateJpaAutoConfiguration.class, MigrationJpaAutoConfiguration.class))
			.withUserConfiguration(JpaSides.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(PersistenceFlush.class);
				assertBothSidesFollow(context);
			});
	}

	@Test
	void jpaChangesOfOneTransactionAreMirroredTogether() {
		this.runner
			.withConfiguration(
					AutoConfigurations.of(HibernateJpaAutoConfiguration.class, MigrationJpaAutoConfiguration.class))
			.withUserConfiguration(JpaSides.class)
			.run((context) -> {
				states(context).enter(MigrationPhase.DUAL_WRITE);
				Themes themes = context.getBean(Themes.class);
				new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
					.executeWithoutResult((status) -> {
						themes.insertTheme(7, "first");
						themes.changeTheme(7, "second");
						assertThat(themes.findTheme(7)).isEqualTo("second");
					});
				assertThat(theme("user_settings", "user_id")).isEqualTo("second");
			});
	}

	@Test
	void withoutMigrationOneSideIsUsed() {
		this.bare.withUserConfiguration(JdbcSides.class).run((context) -> {
			tables();
			assertThat(context).hasSingleBean(RepositoryRouting.class).doesNotHaveBean(RoutingEngine.class);
			context.getBean(Themes.class).insertTheme(7, "dark");
			assertThat(theme("users", "id")).isEqualTo("dark");
		});
		this.bare.withUserConfiguration(JdbcSides.class).withPropertyValues("migration.side=target").run((context) -> {
			context.getBean(Themes.class).insertTheme(7, "light");
			assertThat(theme("user_settings", "user_id")).isEqualTo("light");
		});
	}

	@Test
	void aSideThatIsMissingIsRefused() {
		this.runner.withBean("onlySource", SourceOnly.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).isEqualTo("The migrated repository " + Themes.class.getName()
					+ " of plan 'user-settings' cannot be used: no bean of this type is marked @TargetSide; its beans "
					+ "are [onlySource].");
			assertThat(analysis.getAction())
				.isEqualTo("Mark one implementation, Spring Data interface or @Bean method with @TargetSide.");
		});
	}

	@Test
	void aSideThatIsThereTwiceIsRefused() {
		this.runner.withUserConfiguration(JdbcSides.class)
			.withBean("second", SourceOnly.class)
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.contains("2 beans are marked @SourceSide: [")
				.contains("second", "sourceThemes"));
	}

	@Test
	void aPlanThatIsNotDeclaredIsRefused() {
		this.runner.withUserConfiguration(JdbcSides.class)
			.withPropertyValues("test.plan=other")
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.contains("there is no such plan; the plans are [other]"));
	}

	@Test
	void amongSeveralTransactionManagersTheOneOfTheDataSourceIsUsed() {
		this.bare.withUserConfiguration(JdbcSides.class, EngineBeans.class)
			.withBean("firstTransactions", JdbcTransactionManager.class,
					() -> new JdbcTransactionManager(this.database.dataSource()))
			.withBean("otherTransactions", JdbcTransactionManager.class,
					() -> new JdbcTransactionManager(new org.postgresql.ds.PGSimpleDataSource()))
			.run(this::assertBothSidesFollow);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void amongSeveralOfOneDataSourceTheMarkedOneIsUsed(boolean marked) {
		ApplicationContextRunner runner = this.bare.withUserConfiguration(JdbcSides.class, EngineBeans.class)
			.withBean("secondTransactions", JdbcTransactionManager.class,
					() -> new JdbcTransactionManager(this.database.dataSource()));
		runner = marked ? runner.withUserConfiguration(MarkedTransactions.class) : runner.withBean("firstTransactions",
				JdbcTransactionManager.class, () -> new JdbcTransactionManager(this.database.dataSource()));
		runner.run((context) -> {
			if (marked) {
				assertBothSidesFollow(context);
				return;
			}
			states(context).enter(MigrationPhase.DUAL_WRITE);
			org.assertj.core.api.Assertions.assertThatIllegalStateException()
				.isThrownBy(() -> context.getBean(Themes.class).insertTheme(7, "dark"))
				.withMessageContaining("Mark the right one with @MigrationDataSource");
		});
	}

	private void assertBothSidesFollow(ApplicationContext context) {
		Themes themes = context.getBean(Themes.class);
		assertThat(AopTestUtils.<Object>getUltimateTargetObject(themes)).isNotInstanceOf(JdbcThemes.class);
		TestStates states = states(context);
		states.enter(MigrationPhase.DUAL_WRITE);
		themes.insertTheme(7, "dark");
		assertThat(theme("user_settings", "user_id")).isEqualTo("dark");
		themes.changeTheme(7, "light");
		assertThat(theme("user_settings", "user_id")).isEqualTo("light");
		states.enter(MigrationPhase.CUTOVER);
		themes.changeTheme(7, "blue");
		assertThat(theme("users", "id")).isEqualTo("blue");
		this.database.execute("update users set theme = 'stray'");
		assertThat(themes.findTheme(7)).isEqualTo("blue");
	}

	private static TestStates states(ApplicationContext context) {
		return context.getBean(TestStates.class);
	}

	private String theme(String table, String key) {
		return this.database.jdbcClient()
			.sql("select theme from %s where %s = 7".formatted(table, key))
			.query(String.class)
			.single();
	}

	private void tables() {
		this.database.execute("create table users (id bigint primary key, theme text)",
				"create table user_settings (user_id bigint primary key, theme text)");
	}

	private static FailureAnalysis analyze(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InvalidRepositoryException)) {
			cause = cause.getCause();
		}
		FailureAnalysis analysis = new InvalidRepositoryFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("%s", failure).isNotNull();
		return analysis;
	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = Themes.class)
	static class ScanThemes {

	}

	@Configuration(proxyBeanMethods = false)
	static class JdbcSides {

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

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(basePackageClasses = SourceDataThemes.class)
	static class DataSides {

		@Bean
		Object sides(SourceDataThemes source, TargetDataThemes target) {
			return List.of(source, target);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = User.class)
	@Import({ SourceJpaThemes.class, TargetJpaThemes.class })
	static class JpaSides {

	}

	@Configuration(proxyBeanMethods = false)
	static class MarkedTransactions {

		@Bean
		@MigrationDataSource
		JdbcTransactionManager firstTransactions(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	@SourceSide
	static class SourceOnly extends JdbcThemes {

		SourceOnly(JdbcClient client) {
			super(client, "users", "id");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EngineBeans {

		@Bean
		MigrationPlans plans(org.springframework.core.env.Environment environment) {
			return MigrationPlans.of(List.of(MigrationPlan.of(environment.getProperty("test.plan", "user-settings"))
				.source("users")
				.target("user_settings", "user_id")
				.build()));
		}

		@Bean
		MigrationDatabase migrationDatabase(DataSource dataSource) {
			MigrationDatabase database = new MigrationDatabase(dataSource, new MigrationTables("migration_"));
			new MigrationSchemaInitializer(database, DatabaseInitializationMode.ALWAYS).initializeDatabase();
			database.sql("create table users (id bigint primary key, theme text)").update();
			database.sql("create table user_settings (user_id bigint primary key, theme text)").update();
			return database;
		}

		@Bean
		PlanDatabases planDatabases(MigrationDatabase database) {
			return PlanDatabases.within(database);
		}

		@Bean
		PlanTransactionManagers planTransactionManagers(ListableBeanFactory beans, PlanDatabases databases) {
			return new PlanTransactionManagers(new TransactionManagerLookup(beans), databases);
		}

		@Bean
		DerivedPlans derivedPlans(MigrationDatabase database) {
			PlanDeriver deriver = new PlanDeriver(database);
			return (plan) -> deriver.derive(plan, true);
		}

		@Bean
		TestStates states() {
			return new TestStates();
		}

		@Bean
		WrittenKeys writtenKeys(MigrationDatabase database, ObjectProvider<PersistenceFlush> flushes) {
			return new TransactionMirror(new JdbcMirroredRows(database), new JdbcPendingKeys(database),
					flushes.orderedStream().toList(), new dev.parallelchange.migration.MigrationListener() {
					}, new MirrorCounts(), (plan, leading, epoch) -> {
					}, new MirrorBreakers(new dev.parallelchange.migration.MigrationListener() {
					}), (plan) -> {
					});
		}

	}

	static class TestStates implements PlanStates {

		private volatile PlanState state = PlanState.initial("user-settings");

		void enter(MigrationPhase phase) {
			this.state = new PlanState("user-settings", phase, this.state.epoch() + 1, Instant.now(), null, null, null,
					null, null, null, false, null, null);
		}

		@Override
		public PlanState current(String planId) {
			return this.state;
		}

	}

}
