package dev.parallelchange.migration.autoconfigure;

import java.nio.file.Path;

import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.routing.DefaultMigrationFlags;
import dev.parallelchange.migration.unleash.UnleashMigrationFlags;
import io.getunleash.DefaultUnleash;
import io.getunleash.Unleash;
import io.getunleash.util.UnleashConfig;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for flags that Unleash decides: by the application's own client, or
 * by one that is created from {@code migration.unleash}.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class)
@ConditionalOnClass(Unleash.class)
@ConditionalOnBean(PlanStates.class)
@EnableConfigurationProperties(MigrationUnleashProperties.class)
public final class MigrationUnleashAutoConfiguration {

	/**
	 * Methods of this class are looked at after its nested class.
	 */
	@Bean
	@ConditionalOnBean(Unleash.class)
	@ConditionalOnMissingBean(MigrationFlags.class)
	MigrationFlags migrationUnleashFlags(Unleash unleash) {
		return new UnleashMigrationFlags(unleash, new DefaultMigrationFlags());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty("migration.unleash.url")
	@ConditionalOnMissingBean(Unleash.class)
	static class ClientConfiguration {

		@Bean(destroyMethod = "shutdown")
		Unleash migrationUnleash(MigrationUnleashProperties properties, Environment environment) {
			return new DefaultUnleash(config(properties, environment));
		}

		private static UnleashConfig config(MigrationUnleashProperties properties, Environment environment) {
			String appName = (properties.appName() != null) ? properties.appName()
					: environment.getProperty("spring.application.name", "migration");
			UnleashConfig.Builder config = UnleashConfig.builder()
				.appName(appName)
				.synchronousFetchOnInitialisation(false)
				.fetchTogglesInterval(Math.max(1, properties.fetchInterval().toSeconds()))
				.fetchTogglesConnectTimeout(properties.connectTimeout())
				.fetchTogglesReadTimeout(properties.readTimeout())
				.backupFile((properties.backupFile() != null) ? properties.backupFile() : backupFile(appName));
			PropertyMapper map = PropertyMapper.get();
			map.from(properties::url).to(config::unleashAPI);
			map.from(properties::apiToken).to(config::apiKey);
			map.from(properties::instanceId).to(config::instanceId);
			if (!properties.metrics()) {
				config.disableMetrics();
			}
			return config.build();
		}

		/**
		 * A client that shares its file with another one reads flags that are not its
		 * own.
		 */
		private static String backupFile(String appName) {
			String name = "migration-unleash-%s-%d.json".formatted(appName.replaceAll("[^A-Za-z0-9_-]", "_"),
					ProcessHandle.current().pid());
			return Path.of(System.getProperty("java.io.tmpdir"), name).toString();
		}

	}

}
