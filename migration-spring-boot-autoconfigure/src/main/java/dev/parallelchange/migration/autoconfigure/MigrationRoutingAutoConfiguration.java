package dev.parallelchange.migration.autoconfigure;

import java.util.List;

import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTemplate;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.ReadComparison;
import dev.parallelchange.migration.WrittenKeys;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingReads;
import dev.parallelchange.migration.jdbc.verify.JdbcComparisonStore;
import dev.parallelchange.migration.routing.ComparisonStore;
import dev.parallelchange.migration.routing.DefaultMigrationFlags;
import dev.parallelchange.migration.routing.PendingKnowledge;
import dev.parallelchange.migration.routing.PendingReads;
import dev.parallelchange.migration.routing.RepositoryRouting;
import dev.parallelchange.migration.routing.RoutingEngine;
import dev.parallelchange.migration.routing.RoutingParts;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for migrated repositories. Without a running migration all of them
 * use one side.
 */
@AutoConfiguration(after = { MigrationUnleashAutoConfiguration.class, MigrationOpenFeatureAutoConfiguration.class },
		afterName = "dev.parallelchange.migration.autoconfigure.MigrationAutoConfiguration")
@Conditional(OnRoutingCondition.class)
@Import(MigratedRepositoryRegistrar.class)
public final class MigrationRoutingAutoConfiguration {

	/**
	 * Methods of this class are looked at after its nested classes.
	 */
	@Bean
	@ConditionalOnMissingBean
	RepositoryRouting migrationFixedRouting(Environment environment) {
		return RepositoryRouting
			.fixed(Binder.get(environment).bind("migration.side", MigrationSide.class).orElse(MigrationSide.SOURCE));
	}

	@Bean
	@ConditionalOnMissingBean
	MigrationTemplate migrationTemplate(RepositoryRouting routing) {
		return routing.template();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(PlanStates.class)
	static class EngineConfiguration {

		@Bean
		@ConditionalOnMissingBean
		MigrationFlags defaultMigrationFlags() {
			return new DefaultMigrationFlags();
		}

		@Bean
		PendingKnowledge migrationPendingKnowledge() {
			return new PendingKnowledge();
		}

		@Bean
		@ConditionalOnMissingBean
		PendingReads migrationPendingReads(PlanDatabases databases) {
			return new JdbcPendingReads(databases);
		}

		@Bean
		@ConditionalOnMissingBean
		ComparisonStore migrationComparisonStore(MigrationDatabase database) {
			return new JdbcComparisonStore(database);
		}

		/**
		 * The runner depends on all engines, and the repositories of an application are
		 * needed early: what belongs to either is looked up when it is used.
		 */
		@Bean
		RoutingEngine migrationRoutingEngine(MigrationPlans plans, ObjectProvider<DerivedPlans> derivedPlans,
				ObjectProvider<PlanStates> states, MigrationFlags flags, ObjectProvider<WrittenKeys> writtenKeys,
				PendingReads pending, ObjectProvider<MigrationListeners> listener, ComparisonStore comparisons,
				PendingKnowledge knowledge, ObjectProvider<ReadComparison> comparison,
				PlanTransactionManagers managers) {
			RoutingParts parts = new RoutingParts(plans, (plan) -> derivedPlans.getObject().get(plan),
					new LatePlanStates(states), flags, new LateWrittenKeys(writtenKeys), managers, pending,
					listener.getIfAvailable(() -> new MigrationListeners(List::of)));
			return new RoutingEngine(parts, comparisons, knowledge, comparison.getIfAvailable());
		}

	}

}
