package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationDataSource;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.jdbc.JdbcInstanceStore;
import dev.parallelchange.migration.jdbc.JdbcPlanStore;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.PlanDeriver;
import dev.parallelchange.migration.jdbc.PlanValidation;
import dev.parallelchange.migration.phase.CachedPlanStates;
import dev.parallelchange.migration.phase.DefaultMigrationRunner;
import dev.parallelchange.migration.phase.RunnerSettings;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for an application that declares plans.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnProperty(name = "migration.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "migration.side", matchIfMissing = true, havingValue = "false")
@ConditionalOnBean(DataSource.class)
@Conditional(OnPlanCondition.class)
@EnableConfigurationProperties(MigrationProperties.class)
@Import(MigrationEngineConfiguration.class)
public final class MigrationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	MigrationPlans migrationPlans(MigrationProperties properties, ObjectProvider<MigrationPlan> plans) {
		return new PlanDeclarations(properties).with(plans.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	MigrationDatabase migrationDatabase(MigrationProperties properties, ObjectProvider<DataSource> dataSource,
			@MigrationDataSource ObjectProvider<DataSource> migrationDataSource) {
		return new MigrationDatabase(migrationDataSource.getIfAvailable(dataSource::getObject),
				new MigrationTables(properties.tablePrefix()));
	}

	@Bean
	@ConditionalOnMissingBean
	MigrationSchemaInitializer migrationSchemaInitializer(MigrationDatabase database, MigrationProperties properties) {
		return new MigrationSchemaInitializer(database, properties.initializeSchema());
	}

	@Bean
	@Primary
	MigrationListeners migrationListeners(ObjectProvider<MigrationListener> listeners,
			ApplicationEventPublisher publisher) {
		return new MigrationListeners(() -> MigrationListeners.of(listeners.orderedStream(), publisher));
	}

	@Bean
	@ConditionalOnMissingBean
	PlanDeriver migrationPlanDeriver(MigrationDatabase database) {
		return new PlanDeriver(database);
	}

	@Bean
	CachedPlanStates migrationPlanStates() {
		return new CachedPlanStates();
	}

	/**
	 * The plans are looked at before the application serves, so that a wrong one is
	 * refused at once.
	 */
	@Bean
	@ConditionalOnMissingBean(MigrationRunner.class)
	@DependsOnDatabaseInitialization
	DefaultMigrationRunner migrationRunner(MigrationPlans plans, MigrationDatabase database, PlanDeriver deriver,
			MigratedRepositoryPlans repositories, ObjectProvider<MigrationEngine> engines, MigrationFlags flags,
			CachedPlanStates states, MigrationListeners listeners, MigrationProperties properties,
			Environment environment) {
		PlanValidation validation = new PlanValidation(database, deriver, repositories::contains);
		validation.validate(plans.all());
		RunnerSettings settings = new RunnerSettings(properties.instance().poll(), properties.instance().lease(),
				properties.deploymentId(), environment.getProperty("spring.application.version"));
		return new DefaultMigrationRunner(List.copyOf(plans.all()), (plan) -> derive(validation, plan),
				new JdbcPlanStore(database), new JdbcInstanceStore(database), engines.orderedStream().toList(), flags,
				states, listeners, settings);
	}

	private static DerivedPlan derive(PlanValidation validation, MigrationPlan plan) {
		Optional<DerivedPlan> derived = validation.derive(plan);
		return derived.orElseThrow(() -> new IllegalStateException("The plan cannot be derived yet"));
	}

	@Bean
	static LazyInitializationExcludeFilter migrationLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(MigrationRunner.class);
	}

}
