package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.Map;

import dev.parallelchange.migration.job.JobFormat;
import dev.parallelchange.migration.job.JobSettings;
import dev.parallelchange.migration.job.MigrationJob;
import dev.parallelchange.migration.phase.RunnerSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether an application runs a job, and how it is told.
 */
class MigrationJobAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MigrationJobAutoConfiguration.class));

	@Test
	void withoutACommandThereIsNoJob() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(MigrationJob.class));
		this.runner.withPropertyValues("migration.job=  ")
			.run((context) -> assertThat(context).doesNotHaveBean(MigrationJob.class));
	}

	@Test
	void aCommandIsTakenWithItsOptions() {
		this.runner
			.withPropertyValues("migration.job=advance user-settings DUAL_READ", "migration.job.timeout=2h",
					"migration.job.format=json", "migration.job.reason=why")
			.run((context) -> assertThat(context.getBean(JobSettings.class))
				.returns("advance user-settings DUAL_READ", JobSettings::command)
				.returns(Duration.ofHours(2), JobSettings::timeout)
				.returns(JobFormat.JSON, JobSettings::format)
				.returns("why", JobSettings::reason)
				.returns(null, JobSettings::actor));
	}

	@Test
	void theEnvironmentTellsItToo() {
		this.runner
			.withInitializer(
					(context) -> context.getEnvironment()
						.getPropertySources()
						.addFirst(new SystemEnvironmentPropertySource(
								StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								Map.of("MIGRATION_JOB", "status", "MIGRATION_JOB_ACTOR", "Ada", "MIGRATION_JOB_TIMEOUT",
										"5m"))))
			.run((context) -> assertThat(context.getBean(JobSettings.class)).returns("status", JobSettings::command)
				.returns("Ada", JobSettings::actor)
				.returns(Duration.ofMinutes(5), JobSettings::timeout));
	}

	@ParameterizedTest
	@ValueSource(strings = { "advance a DUAL_READ", "verify a", "repair a", "rollback a", "force a OFF",
			"accept a definition", "source a shown" })
	void whatWaitsWorksWithoutASay(String command) {
		assertThat(role(command)).isEqualTo(RunnerSettings.Role.JOB);
	}

	@ParameterizedTest
	@ValueSource(strings = { "status", "approve a CONTRACT", "hold a none", "reads a 10", "pause a", "resume a",
			"retry a", "scaffold users", "nonsense" })
	void whatOnlyAsksIsSeenByNobody(String command) {
		assertThat(role(command)).isEqualTo(RunnerSettings.Role.OBSERVER);
	}

	@Test
	void aJobHasNoWebServerWhateverTheApplicationSays() {
		StandardEnvironment environment = new StandardEnvironment();
		MapPropertySource properties = new MapPropertySource("application",
				Map.of("spring.main.web-application-type", "servlet", "logging.threshold.console", "info"));
		environment.getPropertySources().addFirst(properties);
		MigrationJobEnvironmentPostProcessor processor = new MigrationJobEnvironmentPostProcessor();
		processor.postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("spring.main.web-application-type")).isEqualTo("servlet");
		environment.getPropertySources().addLast(new MapPropertySource("job", Map.of("migration.job", "status")));
		processor.postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("spring.main.web-application-type")).isEqualTo("none");
		assertThat(environment.getProperty("logging.threshold.console")).isEqualTo("info");
	}

	private RunnerSettings.Role role(String command) {
		RunnerSettings.Role[] role = new RunnerSettings.Role[1];
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					MigrationAutoConfiguration.class, MigrationRoutingAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:job", "migration.job=" + command,
					"migration.plans.a.table=users", "migration.plans.a.rename.name=full_name")
			.run((context) -> role[0] = context.getBean(RunnerSettings.class).role());
		return role[0];
	}

}
