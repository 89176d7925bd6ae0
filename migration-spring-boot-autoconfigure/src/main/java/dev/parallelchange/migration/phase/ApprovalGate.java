package dev.parallelchange.migration.phase;

import java.time.Duration;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus.Approval;
import org.jspecify.annotations.Nullable;

/**
 * The gate of phases that somebody has to approve: those after which something cannot be
 * undone, and those that the plan's settings name.
 */
final class ApprovalGate {

	private ApprovalGate() {
	}

	static boolean isNeeded(Step step) {
		return step.to().isAtLeast(step.from()) && (reason(step) != null);
	}

	static Gate of(Step step) {
		Approval approval = step.approval();
		Duration expiry = step.plan().plan().safety().approvalExpiry();
		return Gate.of("approval", approval != null && !approval.expired(), value(approval),
				"an approval with a reason, for " + words(expiry),
				reason(step) + ": " + Gate.request(step.plan().id(), "\"approve\": \"%s\"".formatted(step.to())));
	}

	/**
	 * Nobody reads 259200 s.
	 */
	private static String words(Duration expiry) {
		if (!expiry.equals(Duration.ofHours(expiry.toHours()))) {
			return expiry.toSeconds() + " s";
		}
		return (expiry.toHours() > 24 && expiry.toHours() % 24 == 0) ? expiry.toDays() + " days"
				: expiry.toHours() + " h";
	}

	private static String value(@Nullable Approval approval) {
		if (approval == null) {
			return "none";
		}
		return approval.expired()
				? "expired: given by %s at %s, until %s".formatted(approval.actor(), approval.at(), approval.expires())
				: "given by " + approval.actor();
	}

	private static @Nullable String purgeReason(Step step) {
		if (step.to() == MigrationPhase.BACKFILL) {
			return "BACKFILL deletes rows of " + step.plan().source();
		}
		return named(step);
	}

	/**
	 * Why the step needs an approval; {@code null} if it does not.
	 */
	private static @Nullable String reason(Step step) {
		if (step.plan().isPurge()) {
			return purgeReason(step);
		}
		if (step.is(MigrationPhase.CONTRACT, MigrationPhase.COMPLETED) && step.plan().plan().contract().drops()) {
			return "COMPLETED drops the source";
		}
		if (step.is(MigrationPhase.CUTOVER, MigrationPhase.CONTRACT)) {
			return "there is no way back from CONTRACT";
		}
		if (step.is(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER) && !step.plan().isReversible()) {
			return String.valueOf(step.plan().oneWayReason());
		}
		return named(step);
	}

	private static @Nullable String named(Step step) {
		return step.plan().plan().safety().requireApproval().contains(step.to())
				? step.to() + " is named in safety.require-approval" : null;
	}

}
