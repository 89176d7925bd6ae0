package dev.parallelchange.migration.starter;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.autoconfigure.MigrationJobExit;
import dev.parallelchange.postgres.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The starter in an application that has nothing else.
 */
class StarterTests {

	private static EmbeddedCluster cluster;

	@BeforeAll
	static void startDatabase() {
		cluster = EmbeddedCluster.builder().start();
		JdbcClient client = JdbcClient.create(cluster.primary());
		client.sql("create table visits (id bigint primary key, visit_date date, visited_on date)").update();
		client.sql("insert into visits (id, visit_date) select i, current_date - i from generate_series(1, 100) i")
			.update();
	}

	@AfterAll
	static void stopDatabase() {
		cluster.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.actuate.endpoint.annotation.Endpoint",
			"org.springframework.boot.health.contributor.Health", "io.micrometer.core.instrument.MeterRegistry",
			"io.getunleash.Unleash", "org.flywaydb.core.Flyway",
			"org.springframework.web.context.WebApplicationContext", "jakarta.persistence.EntityManager" })
	void optionalLibrariesAreAbsent(String className) {
		assertThat(ClassUtils.isPresent(className, null)).isFalse();
	}

	@Test
	void anApplicationWithoutPlansIsNotTouched() {
		try (ConfigurableApplicationContext context = run()) {
			assertThat(context.getBeansOfType(MigrationRunner.class)).isEmpty();
			assertThat(context.getBeanDefinitionNames())
				.filteredOn((name) -> name.startsWith("dev.parallelchange") || name.startsWith("migration"))
				.isEmpty();
		}
	}

	@Test
	void aPlanRunsToItsEnd() {
		try (ConfigurableApplicationContext context = run("--migration.plans.visit-date.table=visits",
				"--migration.plans.visit-date.rename.visit_date=visited_on", "--migration.plans.visit-date.uses=target",
				"--migration.plans.visit-date.safety.reverse-window=0s",
				"--migration.plans.visit-date.contract.soak=0s")) {
			MigrationRunner runner = context.getBean(MigrationRunner.class);
			runner.change("visit-date", ChangeRequest.approve(MigrationPhase.CONTRACT, "test", "end"));
			runner.change("visit-date", ChangeRequest.approve(MigrationPhase.COMPLETED, "test", "drop it"));
			runner.change("visit-date", ChangeRequest.phase(MigrationPhase.COMPLETED, "test", "all the way"));
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> runner.status("visit-date").phase() == MigrationPhase.COMPLETED);
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> JdbcClient.create(cluster.primary())
					.sql("select column_name from information_schema.columns where table_name = 'visits' order by 1")
					.query(String.class)
					.list(), List.of("id", "visited_on")::equals);
			assertThat(JdbcClient.create(cluster.primary())
				.sql("select count(*) from visits where visited_on is null")
				.query(Long.class)
				.single()).isZero();
		}
	}

	@Test
	void aJobNeedsNothingElse() {
		JdbcClient.create(cluster.primary())
			.sql("create table pets (id bigint primary key, name text, called text)")
			.update();
		assertThatIllegalStateException()
			.isThrownBy(() -> run(Job.class, "--migration.job=status pet-name", "--migration.job.format=json",
					"--migration.plans.pet-name.table=pets", "--migration.plans.pet-name.rename.name=called"))
			.withMessage("exit 0");
	}

	private static ConfigurableApplicationContext run(String... arguments) {
		return run(Application.class, arguments);
	}

	private static ConfigurableApplicationContext run(Class<?> type, String... arguments) {
		SpringApplication application = new SpringApplicationBuilder(type).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + cluster.jdbcUrl("postgres"), "spring.datasource.username=postgres",
					"spring.datasource.password=postgres")
			.build();
		return application.run(arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/**
	 * Where a job does not end the tests.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Job extends Application {

		@Bean
		MigrationJobExit exit() {
			return (code) -> {
				throw new IllegalStateException("exit " + code);
			};
		}

	}

}
