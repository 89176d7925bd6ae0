package dev.parallelchange.migration.autoconfigure;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Makes of an application that is told to run a job one that serves nobody, and that says
 * little besides.
 */
final class MigrationJobEnvironmentPostProcessor implements EnvironmentPostProcessor {

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (OnJobCondition.command(environment) == null) {
			return;
		}
		environment.getPropertySources()
			.addFirst(new MapPropertySource("migrationJob",
					Map.of("spring.main.web-application-type", "none", "spring.main.banner-mode", "off")));
		environment.getPropertySources()
			.addLast(new MapPropertySource("migrationJobDefaults", Map.of("logging.threshold.console", "warn")));
	}

}
