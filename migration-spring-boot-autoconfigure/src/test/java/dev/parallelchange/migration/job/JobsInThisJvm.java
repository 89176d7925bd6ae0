package dev.parallelchange.migration.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.autoconfigure.MigrationAutoConfiguration;
import dev.parallelchange.migration.autoconfigure.MigrationJobAutoConfiguration;
import dev.parallelchange.migration.autoconfigure.MigrationJobExit;
import dev.parallelchange.migration.autoconfigure.MigrationRoutingAutoConfiguration;
import dev.parallelchange.migration.test.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Jobs beside an instance that serves, all in this JVM and with no more of Spring Boot
 * than they need; {@link JobProcessTests} has the processes.
 */
abstract class JobsInThisJvm {

	static final String PLAN = "user-settings";

	static final Duration PATIENCE = Duration.ofMinutes(2);

	final TestDatabase database = TestDatabase.create();

	private @Nullable ConfigurableApplicationContext instance;

	@BeforeEach
	void createTables() {
		this.database.execute("create table users (id bigint primary key, theme text)",
				"insert into users select i, 'theme ' || i from generate_series(1, 300) i",
				"create table user_settings (id bigint primary key, theme text)");
	}

	@AfterEach
	void close() {
		stop();
		this.database.close();
	}

	MigrationRunner serve(String... properties) {
		this.instance = application(Serving.class, properties).run();
		return this.instance.getBean(MigrationRunner.class);
	}

	void stop() {
		if (this.instance != null) {
			this.instance.close();
		}
	}

	/**
	 * Run a job in this JVM.
	 */
	int job(String command, String... properties) {
		return job(InThisJvm.class, command, properties);
	}

	int job(Class<?> application, String command, String... properties) {
		List<String> all = new ArrayList<>(List.of("migration.job=" + command));
		all.addAll(List.of(properties));
		Ended ended = catchThrowableOfType(Ended.class,
				() -> application(application, all.toArray(String[]::new)).run().close());
		assertThat(ended).as("end of the job").isNotNull();
		return ended.code;
	}

	/**
	 * Run a job on the runner of an instance that serves, which is cheaper than another
	 * process that looks on.
	 */
	static JobResult run(@Nullable MigrationRunner runner, String command, @Nullable String reason) {
		JobSettings settings = new JobSettings(command, "Ada", reason, PATIENCE, JobFormat.TEXT, Path.of("."),
				Duration.ofMillis(25));
		return new MigrationJob(settings, () -> runner, (table) -> {
			throw new IllegalArgumentException(table);
		}).run();
	}

	private SpringApplicationBuilder application(Class<?> application, String... properties) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + this.database.jdbcUrl(),
					"spring.datasource.hikari.maximum-pool-size=6",
					"logging.level.org.springframework.boot.SpringApplication=off", "spring.main.banner-mode=off",
					"migration.instance.poll=25ms", "migration.plans.user-settings.source=users",
					"migration.plans.user-settings.target=user_settings",
					"migration.plans.user-settings.switch=repository")
			.properties(properties);
	}

	long number(String sql) {
		return this.database.jdbcClient().sql(sql).query(Long.class).single();
	}

	/**
	 * What would end the JVM.
	 */
	private static final class Ended extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final int code;

		Ended(int code) {
			this.code = code;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			MigrationAutoConfiguration.class, MigrationRoutingAutoConfiguration.class,
			MigrationJobAutoConfiguration.class })
	static class Serving {

	}

	@Configuration(proxyBeanMethods = false)
	static class InThisJvm extends Serving {

		@Bean
		MigrationJobExit exit() {
			return (code) -> {
				throw new Ended(code);
			};
		}

	}

}
