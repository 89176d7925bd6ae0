package dev.parallelchange.sample.troubles;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.sample.traffic.SettingsCalls;
import dev.parallelchange.sample.world.SampleDatabase;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The troubles that a release can plant.
 */
@Configuration(proxyBeanMethods = false)
public class TroublesConfiguration {

	@Bean
	TroublesController troublesController(List<Trouble> troubles) {
		return new TroublesController(troubles);
	}

	@Bean
	@ConditionalOnProperty("sample.replica-jdbc-url")
	PausedReplica pausedReplica(@Value("${sample.replica-jdbc-url}") String url) {
		return new PausedReplica(JdbcClient.create(new DriverManagerDataSource(url)));
	}

	@Bean
	PoisonedRow poisonedRow(SettingsCalls settings, SampleDatabase database) {
		return new PoisonedRow(settings, database.client());
	}

	@Bean
	StrayWriter strayWriter(MigrationRunner runner, SampleDatabase database) {
		return new StrayWriter(runner, database.client());
	}

	@Bean
	StoppedInstance stoppedInstance(MigrationRunner runner, SampleDatabase database, ApplicationArguments arguments,
			@Value("${migration.plans.order-state.uses:source}") String uses) {
		Map<String, String> own = Map.of("--sample.jdbc-url", database.jdbcUrl(), "--server.port", "0",
				"--sample.traffic", "false", "--migration.plans.order-state.uses", uses);
		List<String> notIts = List.of("--sample.autopilot", "--sample.data-directory", "--sample.replica-jdbc-url");
		return new StoppedInstance(runner,
				Stream.concat(own.entrySet().stream().map((entry) -> entry.getKey() + "=" + entry.getValue()),
						Stream.of(arguments.getSourceArgs()).filter((argument) -> {
							String name = argument.split("=", 2)[0];
							return !own.containsKey(name) && !notIts.contains(name);
						}))
					.toList());
	}

	@Bean
	ExhaustedPool exhaustedPool(HikariDataSource dataSource) {
		return new ExhaustedPool(dataSource);
	}

}
