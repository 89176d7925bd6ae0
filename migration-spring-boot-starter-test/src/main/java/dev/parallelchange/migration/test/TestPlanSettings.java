package dev.parallelchange.migration.test;

import java.time.Duration;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.ContractSettings;
import dev.parallelchange.migration.CopyWindows;
import dev.parallelchange.migration.LoadLimits;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.SessionLimit;
import dev.parallelchange.migration.VerificationSettings;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Lets the plans of an application do without what only takes time: waits of hours, reads
 * by thousands, and regard for load that a test does not have. No plan moves by its
 * configuration.
 */
final class TestPlanSettings implements BeanPostProcessor {

	private static final LoadLimits NO_LOAD = new LoadLimits(0, SessionLimit.of(0), Duration.ZERO, Duration.ZERO,
			Duration.ZERO);

	private final boolean rowByRow;

	TestPlanSettings(boolean rowByRow) {
		this.rowByRow = rowByRow;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof MigrationPlans plans)
				? MigrationPlans.of(plans.all().stream().map(this::shortened).toList()) : bean;
	}

	private MigrationPlan shortened(MigrationPlan plan) {
		return plan.mutate()
			.phase(null)
			.backfill(shortened(plan.backfill()))
			.verification(shortened(plan.verification()))
			.safety(shortened(plan.safety()))
			.contract(shortened(plan.contract()))
			.build();
	}

	private BackfillSettings shortened(BackfillSettings settings) {
		int batchSize = this.rowByRow ? 1 : settings.batchSize();
		int maxBatchSize = this.rowByRow ? 1 : settings.maxBatchSize();
		return new BackfillSettings(batchSize, maxBatchSize, settings.targetBatchDuration(), 1, 0,
				settings.maxReplicationLag(), settings.retryAttempts(), settings.retryBackoff(),
				settings.maxQuarantine(), settings.maxBatchBytes(), 1, CopyWindows.ALWAYS, NO_LOAD, settings.vacuum());
	}

	private static VerificationSettings shortened(VerificationSettings settings) {
		return new VerificationSettings(settings.interval(), settings.maxAge(), settings.minParity(),
				settings.compareShare(), 0);
	}

	private static SafetySettings shortened(SafetySettings settings) {
		return new SafetySettings(settings.lockTimeout(), settings.statementTimeout(), Duration.ZERO,
				settings.maxWritePause(), settings.sequenceMargin(), settings.maxRuntime(), settings.requireApproval(),
				settings.approvalExpiry(), false, settings.rollback());
	}

	private static ContractSettings shortened(ContractSettings settings) {
		return new ContractSettings(settings.source(), settings.columns(), Duration.ZERO, Duration.ZERO);
	}

}
