package dev.parallelchange.migration;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * The ranges of a plan's settings.
 */
final class PlanLimits {

	private static final BigDecimal HUNDRED = new BigDecimal(100);

	private final String planId;

	PlanLimits(String planId) {
		this.planId = planId;
	}

	void check(RolloutSettings rollout) {
		percent("rollout.read", rollout.read());
	}

	void check(BackfillSettings backfill) {
		atLeast("backfill.batch-size", backfill.batchSize(), 1);
		atLeast("backfill.max-batch-size", backfill.maxBatchSize(), 1);
		if (backfill.batchSize() > backfill.maxBatchSize()) {
			throw invalid("backfill.batch-size", backfill.batchSize(),
					"greater than 'backfill.max-batch-size' (%d)".formatted(backfill.maxBatchSize()),
					"Lower it, or raise 'backfill.max-batch-size'");
		}
		positive("backfill.target-batch-duration", backfill.targetBatchDuration());
		atLeast("backfill.max-concurrency", backfill.maxConcurrency(), 1);
		atLeast("backfill.rate-limit", backfill.rateLimit(), 0);
		positive("backfill.max-replication-lag", backfill.maxReplicationLag());
		atLeast("backfill.retry-attempts", backfill.retryAttempts(), 0);
		notNegative("backfill.retry-backoff", backfill.retryBackoff());
		atLeast("backfill.max-quarantine", backfill.maxQuarantine(), 0);
		atLeast("backfill.max-batch-bytes", backfill.maxBatchBytes().toBytes(), 1);
		if (!(backfill.maxTimeShare() >= 0.01 && backfill.maxTimeShare() <= 1)) {
			throw invalid("backfill.max-time-share", backfill.maxTimeShare(), "not a share of the time",
					"Use a number from 0.01 to 1; 1 for workers that never rest");
		}
		check(backfill.throttle());
	}

	private void check(LoadLimits limits) {
		atLeast("backfill.throttle.max-pool-waiting", limits.maxPoolWaiting(), 0);
		notNegative("backfill.throttle.max-lock-wait", limits.maxLockWait());
		notNegative("backfill.throttle.max-copy-lock-wait", limits.maxCopyLockWait());
		notNegative("backfill.throttle.max-commit-latency", limits.maxCommitLatency());
	}

	void check(VerificationSettings verification) {
		positive("verification.interval", verification.interval());
		positive("verification.max-age", verification.maxAge());
		percent("verification.min-parity", verification.minParity());
		percent("verification.compare-share", verification.compareShare());
		atLeast("verification.min-compared-reads", verification.minComparedReads(), 0);
	}

	void check(SafetySettings safety) {
		positive("safety.lock-timeout", safety.lockTimeout());
		positive("safety.statement-timeout", safety.statementTimeout());
		notNegative("safety.reverse-window", safety.reverseWindow());
		positive("safety.max-write-pause", safety.maxWritePause());
		atLeast("safety.sequence-margin", safety.sequenceMargin(), 1);
		notNegative("safety.max-runtime", safety.maxRuntime());
		positive("safety.approval-expiry", safety.approvalExpiry());
		check(safety.rollback());
		if (safety.requireApproval().contains(MigrationPhase.OFF)) {
			throw invalid("safety.require-approval", MigrationPhase.OFF, "the phase that a plan begins with",
					"Name phases that are entered forward");
		}
	}

	private void check(RollbackSettings rollback) {
		percent("safety.rollback.max-mismatch-rate", rollback.maxMismatchRate());
		percent("safety.rollback.max-error-rate", rollback.maxErrorRate());
		notNegative("safety.rollback.max-replication-lag", rollback.maxReplicationLag());
		notNegative("safety.rollback.max-pending-age", rollback.maxPendingAge());
		positive("safety.rollback.window", rollback.window());
		atLeast("safety.rollback.min-samples", rollback.minSamples(), 1);
	}

	void check(ContractSettings contract) {
		notNegative("contract.soak", contract.soak());
		notNegative("contract.quiet", contract.quiet());
	}

	private void atLeast(String property, long value, long minimum) {
		if (value < minimum) {
			throw invalid(property, value, "less than " + minimum, "Use %d or more".formatted(minimum));
		}
	}

	private void percent(String property, BigDecimal value) {
		if (value.signum() < 0 || value.compareTo(HUNDRED) > 0) {
			throw invalid(property, value, "not a share in per cent", "Use a number from 0 to 100");
		}
	}

	/**
	 * PostgreSQL counts in milliseconds, and takes 0 for "no limit".
	 */
	private void positive(String property, Duration value) {
		if (value.toMillis() < 1) {
			throw invalid(property, value, "less than a millisecond", "Use a duration such as '5s'");
		}
	}

	private void notNegative(String property, Duration value) {
		if (value.isNegative()) {
			throw invalid(property, value, "negative", "Use a duration such as '5s'");
		}
	}

	private InvalidPlanException invalid(String property, Object value, String problem, String fix) {
		return new InvalidPlanException(this.planId, property, "%s is %s".formatted(value, problem), fix);
	}

}
