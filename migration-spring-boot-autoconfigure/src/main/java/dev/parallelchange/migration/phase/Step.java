package dev.parallelchange.migration.phase;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus.Approval;
import dev.parallelchange.migration.MirrorKind;
import org.jspecify.annotations.Nullable;

/**
 * A step that might be made, with everything that its gates look at.
 *
 * @param plan the plan
 * @param agreement where it stands and what the cluster wants
 * @param approvals the approvals that have been given
 * @param to the adjacent phase
 */
record Step(DerivedPlan plan, Agreement agreement, List<Approval> approvals, MigrationPhase to) {

	MigrationPhase from() {
		return this.agreement.stored().phase();
	}

	long epoch() {
		return this.agreement.stored().state().epoch();
	}

	boolean is(MigrationPhase from, MigrationPhase to) {
		return from() == from && this.to == to;
	}

	/**
	 * Whether writes through proxies change sides with this step. Two instances that
	 * disagree about the leading side can lose an update of the same row, even when both
	 * mirror; with triggers in both directions they cannot.
	 */
	boolean needsFence() {
		return this.plan.mirror() == MirrorKind.PROXIES && from().leadingSide() != this.to.leadingSide();
	}

	/**
	 * Whether rows are written from this step on.
	 */
	boolean begins() {
		return !from().isAtLeast(MigrationPhase.DUAL_WRITE) && this.to.isAtLeast(MigrationPhase.DUAL_WRITE);
	}

	/**
	 * Whether this step leads back to where nothing is written.
	 */
	boolean ends() {
		return from().isAtLeast(MigrationPhase.DUAL_WRITE) && !this.to.isAtLeast(MigrationPhase.DUAL_WRITE);
	}

	/**
	 * The approval of the phase that would be entered; {@code null} for none.
	 */
	@Nullable Approval approval() {
		return this.approvals.stream().filter((approval) -> approval.phase() == this.to).findFirst().orElse(null);
	}

	boolean isForced() {
		return this.agreement.stored().forced() == this.to;
	}

}
