package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;

import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.PersistenceFlush;
import dev.parallelchange.migration.backfill.BackfillEngine;
import dev.parallelchange.migration.contract.ContractEngine;
import dev.parallelchange.migration.drift.DriftEngine;
import dev.parallelchange.migration.jdbc.ConnectionShare;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.backfill.JdbcCopyCompletion;
import dev.parallelchange.migration.jdbc.contract.JdbcLeftovers;
import dev.parallelchange.migration.jdbc.contract.JdbcSourceDependents;
import dev.parallelchange.migration.jdbc.contract.JdbcSourceStore;
import dev.parallelchange.migration.jdbc.contract.JdbcSourceWatch;
import dev.parallelchange.migration.jdbc.drift.JdbcDriftStore;
import dev.parallelchange.migration.jdbc.lag.JdbcHeartbeatStore;
import dev.parallelchange.migration.jdbc.mirror.AcrossPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.JdbcMirroredRows;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.phase.JdbcCommitGuard;
import dev.parallelchange.migration.jdbc.phase.JdbcForeignKeys;
import dev.parallelchange.migration.jdbc.phase.JdbcJointTransactions;
import dev.parallelchange.migration.jdbc.phase.JdbcLookupWatch;
import dev.parallelchange.migration.jdbc.phase.PlanCopies;
import dev.parallelchange.migration.jdbc.plan.PlanChecks;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.rehearse.JdbcRehearsalStore;
import dev.parallelchange.migration.jdbc.rehearse.JdbcRehearser;
import dev.parallelchange.migration.jdbc.sequence.JdbcReverseStore;
import dev.parallelchange.migration.jdbc.sequence.JdbcSequenceStore;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.jdbc.verify.JdbcVerificationStore;
import dev.parallelchange.migration.lag.LagEngine;
import dev.parallelchange.migration.lag.ReplicationLag;
import dev.parallelchange.migration.mirror.AcrossWork;
import dev.parallelchange.migration.mirror.MirrorBreakers;
import dev.parallelchange.migration.mirror.MirrorCounts;
import dev.parallelchange.migration.mirror.MirrorEngine;
import dev.parallelchange.migration.mirror.PendingKeys;
import dev.parallelchange.migration.mirror.TransactionMirror;
import dev.parallelchange.migration.rehearse.RehearsalEngine;
import dev.parallelchange.migration.sequence.SequenceEngine;
import dev.parallelchange.migration.verify.ReverseEngine;
import dev.parallelchange.migration.verify.VerificationEngine;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * The parts that work on plans.
 */
@Configuration(proxyBeanMethods = false)
@Import({ MigrationLoadConfiguration.class, MigrationScriptConfiguration.class })
class MigrationEngineConfiguration {

	@Bean
	MigratedRepositoryPlans migratedRepositoryPlans(ListableBeanFactory beanFactory) {
		return MigratedRepositoryPlans.in(beanFactory);
	}

	@Bean
	PlanChecks migrationPlanChecks(PlanDatabases databases, PlanDeriver deriver) {
		return new PlanChecks(databases, deriver);
	}

	@Bean
	ReplicationLag migrationReplicationLag(MigrationDatabase database, MigrationProperties properties,
			ListableBeanFactory beanFactory, Environment environment) {
		return new ReplicationLag(new JdbcHeartbeatStore(database,
				new DataSourceLookup(beanFactory).replicas(properties.replicas(), environment)));
	}

	@Bean
	LagEngine migrationLagEngine(ReplicationLag lag) {
		return new LagEngine(lag);
	}

	@Bean
	BackfillEngine migrationBackfillEngine(PlanDatabases databases, ListableBeanFactory beanFactory,
			MigrationFlags flags, MigrationListeners listeners, ConnectionShare share) {
		return new BackfillEngine(new JdbcBackfillStore(databases), NamedSignal.all(beanFactory), flags, listeners,
				share.bulk());
	}

	@Bean
	VerificationEngine migrationVerificationEngine(PlanDatabases databases, MigrationListeners listeners) {
		return new VerificationEngine(new JdbcVerificationStore(databases), new JdbcCopyCompletion(databases.main()),
				new JdbcLookupWatch(databases.main()), listeners);
	}

	@Bean
	ReverseEngine migrationReverseEngine(PlanDatabases databases) {
		return new ReverseEngine(new JdbcReverseStore(databases));
	}

	@Bean
	RehearsalEngine migrationRehearsalEngine(PlanDatabases databases) {
		return new RehearsalEngine(new JdbcRehearsalStore(databases.main()), new JdbcRehearser(databases));
	}

	@Bean
	SequenceEngine migrationSequenceEngine(PlanDatabases databases) {
		return new SequenceEngine(new JdbcSequenceStore(databases));
	}

	@Bean
	DriftEngine migrationDriftEngine(PlanDatabases databases, MigrationListeners listeners) {
		return new DriftEngine(new JdbcDriftStore(databases), Duration.ofSeconds(10), listeners);
	}

	@Bean
	MirrorCounts migrationMirrorCounts() {
		return new MirrorCounts();
	}

	@Bean
	MirrorBreakers migrationMirrorBreakers(MigrationListeners listeners) {
		return new MirrorBreakers(listeners);
	}

	@Bean
	MirrorEngine migrationMirrorEngine(PlanDatabases databases, PlanCopies copies, MigrationListeners listeners,
			MirrorCounts counts, MirrorBreakers breakers) {
		MigrationDatabase database = databases.main();
		return new MirrorEngine(new JdbcTriggers(database), pendingKeys(databases), new JdbcForeignKeys(database),
				listeners, counts, breakers, new AcrossWork(copies, new JdbcJointTransactions(database), counts));
	}

	@Bean
	ContractEngine migrationContractEngine(MigrationDatabase database, MigratedRepositoryPlans repositories,
			MigrationFlags flags, MigrationListeners listeners) {
		return new ContractEngine(new JdbcSourceStore(database), new JdbcSourceDependents(database),
				new JdbcSourceWatch(database), new JdbcLeftovers(database), repositories::of, flags, listeners);
	}

	@Bean
	TransactionMirror migrationTransactionMirror(PlanDatabases databases, ObjectProvider<PersistenceFlush> flushes,
			MigrationListeners listeners, MirrorCounts counts, MirrorBreakers breakers, MirrorEngine engine) {
		return new TransactionMirror(new JdbcMirroredRows(databases), pendingKeys(databases),
				flushes.orderedStream().toList(), listeners, counts, new JdbcCommitGuard(databases), breakers, engine);
	}

	private static PendingKeys pendingKeys(PlanDatabases databases) {
		return new AcrossPendingKeys(databases, new JdbcPendingKeys(databases.main()));
	}

}
