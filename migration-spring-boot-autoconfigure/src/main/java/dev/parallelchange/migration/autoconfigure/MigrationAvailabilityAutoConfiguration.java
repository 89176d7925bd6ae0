package dev.parallelchange.migration.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Auto-configuration for a readiness state that waits for the plans of a release.
 */
@AutoConfiguration(before = ApplicationAvailabilityAutoConfiguration.class)
@ConditionalOnProperty(name = "migration.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "migration.side", matchIfMissing = true, havingValue = "false")
@ConditionalOnMissingBean(ApplicationAvailability.class)
@Conditional(OnPlanCondition.class)
public final class MigrationAvailabilityAutoConfiguration {

	@Bean
	AdmittedAvailability migrationApplicationAvailability(ObjectProvider<AdmissionReadiness> readiness) {
		return new AdmittedAvailability(readiness);
	}

}
