package dev.parallelchange.migration.phase;

import java.util.Set;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorKind;

/**
 * A step that might be made, with everything that its gates look at.
 *
 * @param plan the plan
 * @param agreement where it stands and what the cluster wants
 * @param approvals the approved phases
 * @param to the adjacent phase
 */
record Step(DerivedPlan plan, Agreement agreement, Set<MigrationPhase> approvals, MigrationPhase to) {

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

	boolean isForced() {
		return this.agreement.stored().forced() == this.to;
	}

}
