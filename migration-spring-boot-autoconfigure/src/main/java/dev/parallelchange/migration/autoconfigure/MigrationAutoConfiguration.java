package dev.parallelchange.migration.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import dev.parallelchange.migration.Admission;
import dev.parallelchange.migration.MigrationDataSource;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.jdbc.ConnectionShare;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.phase.JdbcFenceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcInstanceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.jdbc.phase.PlanCopies;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.plan.PlanValidation;
import dev.parallelchange.migration.job.JobSettings;
import dev.parallelchange.migration.phase.CachedPlanStates;
import dev.parallelchange.migration.phase.DefaultMigrationRunner;
import dev.parallelchange.migration.phase.RunnerSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;

/**
 * Auto-configuration for an application that declares plans.
 */
@AutoConfiguration(after = { DataSourceAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class })
@ConditionalOnProperty(name = "migration.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "migration.side", matchIfMissing = true, havingValue = "false")
@ConditionalOnBean(DataSource.class)
@Conditional(OnPlanCondition.class)
@EnableConfigurationProperties(MigrationProperties.class)
@Import(MigrationEngineConfiguration.class)
public final class MigrationAutoConfiguration {

	private static final Log logger = LogFactory.getLog(MigrationAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	MigrationPlans migrationPlans(MigrationProperties properties, ObjectProvider<MigrationPlan> plans,
			ObjectProvider<MigrationTransformer> transformers) {
		return new PlanDeclarations(properties).with(plans.orderedStream().toList(),
				transformers.orderedStream().toList());
	}

	@Bean
	WorkerConnections migrationWorkerConnections(MigrationProperties properties, MigrationPlans plans,
			ObjectProvider<DataSource> dataSource, @MigrationDataSource ObjectProvider<DataSource> migrationDataSource,
			ListableBeanFactory beanFactory, ObjectProvider<DataSourcePoolMetadataProvider> pools) {
		DataSourceLookup lookup = new DataSourceLookup(beanFactory);
		return new WorkerConnections(properties.worker(), lookup.primary(dataSource, migrationDataSource),
				lookup.worker(properties.worker().dataSource()), lookup.targets(plans.all()),
				pools.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionShare migrationConnectionShare(WorkerConnections connections) {
		return connections.share();
	}

	@Bean
	@ConditionalOnMissingBean
	MigrationDatabase migrationDatabase(MigrationProperties properties, WorkerConnections connections,
			ConnectionShare share) {
		return new MigrationDatabase(connections.application(), new MigrationTables(properties.tablePrefix()), share,
				connections.pool());
	}

	@Bean
	@ConditionalOnMissingBean
	PlanDatabases migrationPlanDatabases(MigrationDatabase database, MigrationPlans plans,
			ListableBeanFactory beanFactory, ConnectionShare share) {
		return new PlanDatabases(database, new DataSourceLookup(beanFactory).others(plans.all(), database, share));
	}

	@Bean
	PlanCopies migrationPlanCopies(PlanDatabases databases, MigrationPlans plans) {
		return new PlanCopies(databases, plans);
	}

	@Bean
	PlanTransactionManagers migrationPlanTransactionManagers(PlanDatabases databases, ListableBeanFactory beanFactory) {
		return new PlanTransactionManagers(new TransactionManagerLookup(beanFactory), databases);
	}

	@Bean
	@ConditionalOnMissingBean
	MigrationSchemaInitializer migrationSchemaInitializer(PlanDatabases databases, MigrationProperties properties) {
		return new MigrationSchemaInitializer(databases, properties.initializeSchema());
	}

	@Bean
	MigrationListeners migrationListeners(ObjectProvider<MigrationListener> listeners,
			ApplicationEventPublisher publisher) {
		return new MigrationListeners(() -> MigrationListeners.of(listeners.orderedStream(), publisher));
	}

	@Bean
	@ConditionalOnMissingBean
	PlanDeriver migrationPlanDeriver(PlanDatabases databases) {
		return new PlanDeriver(databases);
	}

	@Bean
	CachedPlanStates migrationPlanStates() {
		return new CachedPlanStates();
	}

	@Bean
	CachedDerivedPlans migrationDerivedPlans(MigrationDatabase database, PlanDeriver deriver,
			MigratedRepositoryPlans repositories, PlanScripts scripts) {
		return new CachedDerivedPlans(
				new PlanValidation(database, deriver, repositories::contains, scripts::expand, scripts::derives));
	}

	/**
	 * The plans are looked at before the application serves, so that a wrong one is
	 * refused at once.
	 */
	@Bean
	@ConditionalOnMissingBean(MigrationRunner.class)
	@DependsOnDatabaseInitialization
	DefaultMigrationRunner migrationRunner(MigrationPlans plans, MigrationDatabase database,
			CachedDerivedPlans derivedPlans, ObjectProvider<MigrationEngine> engines, MigrationFlags flags,
			CachedPlanStates states, MigrationListeners listeners, RunnerSettings settings, PlanCopies copies,
			PlanTransactionManagers managers, WorkerConnections connections) {
		boolean supported = isSupported(database);
		if (supported) {
			connections.validate();
			managers.validate(plans.all());
			derivedPlans.validate(plans.all());
		}
		else {
			states.assumeInitial();
			logger.info("The migration plans do nothing on this database, which is not PostgreSQL");
		}
		return new DefaultMigrationRunner(supported ? plans.all() : List.of(), derivedPlans,
				new JdbcPlanStore(database, copies), new JdbcInstanceStore(database), new JdbcFenceStore(database),
				engines.orderedStream().toList(), flags, states, listeners, settings);
	}

	/**
	 * A database that does not answer will be asked again.
	 */
	private static boolean isSupported(MigrationDatabase database) {
		try {
			return database.isSupported();
		}
		catch (DataAccessException ex) {
			return true;
		}
	}

	@Bean
	RunnerSettings migrationRunnerSettings(MigrationProperties properties, Environment environment) {
		return new RunnerSettings(properties.instance().poll(), properties.instance().lease(),
				properties.deploymentId(), environment.getProperty("spring.application.version"),
				role(OnJobCondition.command(environment)));
	}

	/**
	 * What a pipeline starts is not of the cluster: its configuration must neither hold
	 * plans back nor move them.
	 */
	private static RunnerSettings.Role role(@Nullable String job) {
		if (job == null) {
			return RunnerSettings.Role.INSTANCE;
		}
		return JobSettings.isTakingPart(job) ? RunnerSettings.Role.JOB : RunnerSettings.Role.OBSERVER;
	}

	/**
	 * It names the keeper of the state only to be told of a change after it.
	 */
	@Bean
	@ConditionalOnBean({ Admission.class, ApplicationAvailability.class })
	AdmissionReadiness migrationAdmissionReadiness(ApplicationContext context, Admission admission,
			ApplicationAvailability availability, MigrationProperties properties) {
		return new AdmissionReadiness(context, admission, properties.instance().poll());
	}

	@Bean
	static LazyInitializationExcludeFilter migrationLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(MigrationRunner.class, AdmissionReadiness.class);
	}

}
