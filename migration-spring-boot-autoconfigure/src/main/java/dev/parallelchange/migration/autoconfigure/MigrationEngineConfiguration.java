package dev.parallelchange.migration.autoconfigure;

import java.util.List;

import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.PersistenceFlush;
import dev.parallelchange.migration.ThrottleSignal;
import dev.parallelchange.migration.backfill.BackfillEngine;
import dev.parallelchange.migration.jdbc.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.JdbcCommitGuard;
import dev.parallelchange.migration.jdbc.JdbcCopyCompletion;
import dev.parallelchange.migration.jdbc.JdbcHeartbeatStore;
import dev.parallelchange.migration.jdbc.JdbcLookupWatch;
import dev.parallelchange.migration.jdbc.JdbcReverseStore;
import dev.parallelchange.migration.jdbc.JdbcSequenceStore;
import dev.parallelchange.migration.jdbc.JdbcVerificationStore;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanChecks;
import dev.parallelchange.migration.jdbc.PlanDeriver;
import dev.parallelchange.migration.jdbc.JdbcForeignKeys;
import dev.parallelchange.migration.jdbc.JdbcMirroredRows;
import dev.parallelchange.migration.jdbc.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.JdbcTriggers;
import dev.parallelchange.migration.mirror.MirrorCounts;
import dev.parallelchange.migration.mirror.MirrorEngine;
import dev.parallelchange.migration.mirror.TransactionMirror;
import dev.parallelchange.migration.lag.LagEngine;
import dev.parallelchange.migration.lag.ReplicationLag;
import dev.parallelchange.migration.sequence.SequenceEngine;
import dev.parallelchange.migration.verify.ReverseEngine;
import dev.parallelchange.migration.verify.VerificationEngine;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The parts that work on plans.
 */
@Configuration(proxyBeanMethods = false)
class MigrationEngineConfiguration {

	@Bean
	MigratedRepositoryPlans migratedRepositoryPlans(ListableBeanFactory beanFactory) {
		return MigratedRepositoryPlans.in(beanFactory);
	}

	@Bean
	PlanChecks migrationPlanChecks(MigrationDatabase database, PlanDeriver deriver) {
		return new PlanChecks(database, deriver);
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
	BackfillEngine migrationBackfillEngine(MigrationDatabase database, ObjectProvider<ThrottleSignal> signals,
			MigrationFlags flags, MigrationListeners listeners) {
		List<ThrottleSignal> all = signals.orderedStream().toList();
		return new BackfillEngine(new JdbcBackfillStore(database), all, flags, listeners);
	}

	@Bean
	VerificationEngine migrationVerificationEngine(MigrationDatabase database, MigrationListeners listeners) {
		return new VerificationEngine(new JdbcVerificationStore(database), new JdbcCopyCompletion(database),
				new JdbcLookupWatch(database), listeners);
	}

	@Bean
	ReverseEngine migrationReverseEngine(MigrationDatabase database) {
		return new ReverseEngine(new JdbcReverseStore(database));
	}

	@Bean
	SequenceEngine migrationSequenceEngine(MigrationDatabase database) {
		return new SequenceEngine(new JdbcSequenceStore(database));
	}

	@Bean
	MirrorCounts migrationMirrorCounts() {
		return new MirrorCounts();
	}

	@Bean
	MirrorEngine migrationMirrorEngine(MigrationDatabase database, MigrationListeners listeners, MirrorCounts counts) {
		return new MirrorEngine(new JdbcTriggers(database), new JdbcPendingKeys(database),
				new JdbcForeignKeys(database), listeners, counts);
	}

	@Bean
	TransactionMirror migrationTransactionMirror(MigrationDatabase database, ObjectProvider<PersistenceFlush> flushes,
			MigrationListeners listeners, MirrorCounts counts) {
		return new TransactionMirror(new JdbcMirroredRows(database), new JdbcPendingKeys(database),
				flushes.orderedStream().toList(), listeners, counts, new JdbcCommitGuard(database));
	}

}
