package dev.parallelchange.migration.startup;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationDataSource;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.autoconfigure.themes.JdbcThemes;
import dev.parallelchange.migration.autoconfigure.themes.Themes;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What an application prints that cannot start.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTests {

	private final TestDatabase database = TestDatabase.create();

	@BeforeEach
	void tables() {
		this.database.execute("create table visits (id bigint primary key, visit_date date, visited_on date)");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aPlanThatCannotWorkIsExplained(CapturedOutput output) {
		fail(DatabaseApplication.class, "migration.plans.visit-date.rename.day=visited_on");
		assertThat(output).contains("APPLICATION FAILED TO START", "The migration plan 'visit-date' cannot work",
				"Property: migration.plans.visit-date.", "day", "Action:");
	}

	@Test
	void aReleaseOfAnAbandonedSourceIsExplained(CapturedOutput output) {
		ConfigurableApplicationContext first = application(DatabaseApplication.class).run();
		first.close();
		this.database.execute("update migration_plan set phase = 'CONTRACT', epoch = epoch + 1");
		fail(DatabaseApplication.class, "migration.plans.visit-date.uses=source");
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Plan 'visit-date' is in CONTRACT, but this release still uses its source",
				"Start a release with 'migration.plans.visit-date.uses=target'.");
	}

	@Test
	void aWindowThatIsNoneIsExplained(CapturedOutput output) {
		fail(DatabaseApplication.class, "migration.plans.visit-date.backfill.windows[0]=22:00-25:00");
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Property: migration.plans.visit-date.backfill.windows[0]", "Value: \"22:00-25:00\"",
				"'22:00-25:00' is no part of a day; write two times of 24 hours, such as '22:00-06:00'");
	}

	@Test
	void aTimeShareThatIsNoneIsExplained(CapturedOutput output) {
		fail(DatabaseApplication.class, "migration.plans.visit-date.backfill.max-time-share=70");
		assertThat(output).contains("APPLICATION FAILED TO START", "70.0 is not a share of the time",
				"Use a number from 0.01 to 1");
	}

	@Test
	void anUnknownPlanIsExplained(CapturedOutput output) {
		fail(AsksForAnUnknownPlan.class);
		assertThat(output).contains("APPLICATION FAILED TO START",
				"There is no migration plan 'visit-dates'; the plans are [visit-date].",
				"Use the id of one of these plans, or declare 'migration.plans.visit-dates'.");
	}

	@Test
	void aRepositoryOfAnUnknownPlanIsExplained(CapturedOutput output) {
		fail(RepositoryOfAnUnknownPlan.class);
		assertThat(output).contains("APPLICATION FAILED TO START",
				"The migrated repository " + Themes.class.getName() + " of plan 'user-settings' cannot be used",
				"the plans are [visit-date]", "Action:");
	}

	@Test
	void missingTablesAreExplained(CapturedOutput output) {
		fail(DatabaseApplication.class, "migration.initialize-schema=never");
		assertThat(output).contains("APPLICATION FAILED TO START", "The migration tables [", "do not exist",
				"schema-postgresql.sql", "or set 'migration.initialize-schema' to 'always'");
	}

	@Test
	void severalDataSourcesAreExplained(CapturedOutput output) {
		fail(TwoDataSources.class);
		assertThat(output).contains("APPLICATION FAILED TO START",
				"The migration plans need one DataSource, but there are several: [first, second].",
				"Mark the bean whose database has the plans' tables with @MigrationDataSource, or with @Primary.");
	}

	@Test
	void severalMarkedDataSourcesAreExplained(CapturedOutput output) {
		fail(TwoMarkedDataSources.class);
		assertThat(output).contains("APPLICATION FAILED TO START",
				"several beans are marked with @MigrationDataSource: [first, second].",
				"Leave @MigrationDataSource on the one whose database has the plans' tables.");
	}

	@Test
	void aReplicaThatIsNoBeanIsExplained(CapturedOutput output) {
		fail(DatabaseApplication.class, "migration.replicas=replica");
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Invalid value 'replica' for configuration property 'migration.replicas'",
				"There is no DataSource bean of the name 'replica'; the DataSource beans are [dataSource].");
	}

	@Test
	void aReplicaInAListThatIsNoBeanIsExplained(CapturedOutput output) {
		fail(DatabaseApplication.class, "migration.replicas[0]=dataSource", "migration.replicas[1]=replica");
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Invalid value 'replica' for configuration property 'migration.replicas[1]'");
	}

	private void fail(Class<?> application, String... properties) {
		assertThatException().isThrownBy(() -> application(application, properties).run().close());
	}

	private SpringApplicationBuilder application(Class<?> application, String... properties) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + this.database.jdbcUrl(), "test.url=" + this.database.jdbcUrl(),
					"spring.flyway.enabled=false",
					"spring.autoconfigure.exclude=org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration,org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration",
					"migration.plans.visit-date.table=visits",
					"migration.plans.visit-date.rename.visit_date=visited_on")
			.properties(properties);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class AsksForAnUnknownPlan {

		@Bean
		Object asking(MigrationRunner runner) {
			return runner.status("visit-dates");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Themes.class)
	static class RepositoryOfAnUnknownPlan {

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
	@EnableAutoConfiguration
	static class TwoDataSources {

		@Bean
		DataSource first() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost/first");
		}

		@Bean
		DataSource second() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost/second");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TwoMarkedDataSources {

		@Bean
		@MigrationDataSource
		DataSource first() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost/first");
		}

		@Bean
		@MigrationDataSource
		DataSource second() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost/second");
		}

	}

}
