package dev.parallelchange.migration.autoconfigure;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.openfeature.OpenFeatureMigrationFlags;
import dev.parallelchange.migration.routing.DefaultMigrationFlags;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration for flags that an OpenFeature provider decides: by the application's
 * client, or by that of its API. Where Unleash decides, OpenFeature is not asked.
 */
@AutoConfiguration(after = { MigrationAutoConfiguration.class, MigrationUnleashAutoConfiguration.class })
@ConditionalOnClass(OpenFeatureAPI.class)
@ConditionalOnBean(PlanStates.class)
public final class MigrationOpenFeatureAutoConfiguration {

	/**
	 * Methods of this class are looked at after its nested class.
	 */
	@Bean
	@ConditionalOnSingleCandidate(OpenFeatureAPI.class)
	@ConditionalOnMissingBean(MigrationFlags.class)
	MigrationFlags migrationOpenFeatureApiFlags(OpenFeatureAPI api) {
		return new OpenFeatureMigrationFlags(api.getClient(), new DefaultMigrationFlags());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(Client.class)
	static class ClientConfiguration {

		@Bean
		@ConditionalOnMissingBean(MigrationFlags.class)
		MigrationFlags migrationOpenFeatureFlags(Client client) {
			return new OpenFeatureMigrationFlags(client, new DefaultMigrationFlags());
		}

	}

}
