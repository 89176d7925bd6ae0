package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.metrics.MeterListener;
import dev.parallelchange.migration.metrics.MigrationGauges;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for meters.
 */
@AutoConfiguration(after = MigrationAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ MeterRegistry.class, MigrationRunner.class })
public final class MigrationMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	MeterListener migrationMeterListener(ObjectProvider<MeterRegistry> registry) {
		return new MeterListener(registry::getObject);
	}

	@Bean
	@ConditionalOnMissingBean
	MigrationGauges migrationGauges(ObjectProvider<MigrationRunner> runner, ObjectProvider<PlanStates> states,
			MigrationPlans plans) {
		return new MigrationGauges(runner::getObject, states::getObject,
				plans.all().stream().map(MigrationPlan::id).toList());
	}

}
