package dev.parallelchange.migration.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanShape;
import org.jspecify.annotations.Nullable;

/**
 * What the properties of a plan that deletes rows must not state. Settings that all plans
 * share may stand in the defaults; a plan's own are meant.
 */
final class PurgeDeclaration {

	private static final Set<MigrationPhase> PHASES = Set.of(MigrationPhase.BACKFILL, MigrationPhase.COMPLETED);

	private PurgeDeclaration() {
	}

	/**
	 * Check a plan's properties.
	 * @return whether the plan deletes rows
	 * @throws InvalidPlanException if it does, and states what has no meaning for that
	 */
	static boolean check(String id, PlanProperties plan) {
		if (plan.purge() == null) {
			if (plan.shape() == PlanShape.PURGE) {
				throw new InvalidPlanException(id, "shape", "'purge' is stated, but not which rows are deleted",
						"State the condition in 'purge', and leave 'shape' out");
			}
			return false;
		}
		stated(plan).forEach((property, value) -> {
			if (value != null) {
				throw new InvalidPlanException(id, property,
						"'%s' has no meaning for a plan that deletes rows".formatted(value),
						"Leave it out, or leave out 'purge' if the plan is to move data");
			}
		});
		return true;
	}

	private static @Nullable Object otherPhases(SettingsProperties.Safety safety) {
		Set<MigrationPhase> phases = (safety.requireApproval() != null) ? safety.requireApproval() : Set.of();
		return phases.stream().filter((phase) -> !PHASES.contains(phase)).findFirst().orElse(null);
	}

	private static Map<String, @Nullable Object> stated(PlanProperties plan) {
		Map<String, @Nullable Object> stated = new LinkedHashMap<>();
		stated.put("target", (plan.target() != null) ? Objects.requireNonNullElse(plan.target().table(), "") : null);
		stated.put("filter", plan.filter());
		stated.put("shape", plan.shape());
		stated.put("rollout.write", plan.rollout().write());
		stated.put("rollout.read", plan.rollout().read());
		stated.put("backfill.vacuum", plan.backfill().vacuum());
		stated.put("backfill.max-batch-bytes", plan.backfill().maxBatchBytes());
		SettingsProperties.Verification verification = plan.verification();
		stated.put("verification.interval", verification.interval());
		stated.put("verification.max-age", verification.maxAge());
		stated.put("verification.min-parity", verification.minParity());
		stated.put("verification.compare-share", verification.compareShare());
		stated.put("verification.min-compared-reads", verification.minComparedReads());
		SettingsProperties.Safety safety = plan.safety();
		stated.put("safety.require-approval", otherPhases(safety));
		stated.put("safety.reverse-window", safety.reverseWindow());
		stated.put("safety.max-write-pause", safety.maxWritePause());
		stated.put("safety.sequence-margin", safety.sequenceMargin());
		SettingsProperties.Rollback rollback = safety.rollback();
		stated.put("safety.rollback.max-mismatch-rate", rollback.maxMismatchRate());
		stated.put("safety.rollback.max-error-rate", rollback.maxErrorRate());
		stated.put("safety.rollback.max-replication-lag", rollback.maxReplicationLag());
		stated.put("safety.rollback.max-pending-age", rollback.maxPendingAge());
		stated.put("safety.rollback.window", rollback.window());
		stated.put("safety.rollback.min-samples", rollback.minSamples());
		stated.put("contract.source", plan.contract().source());
		stated.put("contract.columns", plan.contract().columns().isEmpty() ? null : plan.contract().columns());
		stated.put("contract.soak", plan.contract().soak());
		stated.put("contract.quiet", plan.contract().quiet());
		return stated;
	}

}
