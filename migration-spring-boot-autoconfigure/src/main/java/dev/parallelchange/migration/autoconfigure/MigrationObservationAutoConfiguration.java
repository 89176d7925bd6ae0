package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.metrics.MigrationObservationConvention;
import dev.parallelchange.migration.metrics.ObservationListener;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for observations.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({ ObservationRegistry.class, MigrationRunner.class })
public final class MigrationObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ObservationListener migrationObservationListener(ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<PlanStates> states, ObjectProvider<MigrationObservationConvention> convention) {
		return new ObservationListener(registry::getObject, states::getObject,
				convention.getIfAvailable(() -> MigrationObservationConvention.DEFAULT));
	}

}
