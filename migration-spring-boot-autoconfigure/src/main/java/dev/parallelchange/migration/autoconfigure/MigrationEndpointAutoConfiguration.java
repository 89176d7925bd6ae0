package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.actuate.MigrationsEndpoint;
import dev.parallelchange.migration.actuate.MigrationsEndpointWebExtension;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the {@code migrations} endpoint.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class)
@ConditionalOnClass({ ConditionalOnAvailableEndpoint.class, Endpoint.class })
@ConditionalOnBean(MigrationRunner.class)
@ConditionalOnAvailableEndpoint(MigrationsEndpoint.class)
@EnableConfigurationProperties(MigrationsEndpointProperties.class)
@RegisterReflectionForBinding(MigrationsEndpointWebExtension.Refusal.class)
public final class MigrationEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	MigrationsEndpoint migrationsEndpoint(MigrationRunner runner) {
		return new MigrationsEndpoint(runner);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(MigrationsEndpoint.class)
	MigrationsEndpointWebExtension migrationsEndpointWebExtension(MigrationsEndpoint endpoint, MigrationRunner runner,
			MigrationsEndpointProperties properties) {
		return new MigrationsEndpointWebExtension(endpoint, runner, properties.showValues(), properties.roles());
	}

}
