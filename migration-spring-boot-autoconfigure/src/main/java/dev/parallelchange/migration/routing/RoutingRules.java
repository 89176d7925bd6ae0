package dev.parallelchange.migration.routing;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SwitchKind;

/**
 * What a plan allows in each of its states, whoever asks.
 *
 * @param plan the plan
 * @param mirror who mirrors
 * @param switchKind how the application changes sides
 */
record RoutingRules(MigrationPlan plan, MirrorKind mirror, SwitchKind switchKind) {

	static RoutingRules of(MigrationPlan plan) {
		MirrorKind mirror = (plan.mirror() != null) ? plan.mirror() : MirrorKind.PROXIES;
		SwitchKind switchKind = (plan.switchKind() != null) ? plan.switchKind()
				: (mirror == MirrorKind.PROXIES) ? SwitchKind.REPOSITORY : SwitchKind.RELEASE;
		return new RoutingRules(plan, mirror, switchKind);
	}

	boolean isMirroredByProxies() {
		return this.mirror == MirrorKind.PROXIES;
	}

	/**
	 * Return whether the keys of what is written must be recorded.
	 */
	boolean records(PlanState state) {
		return isMirroredByProxies() && state.phase().isMirrored();
	}

	/**
	 * Return whether reads may go to either side.
	 */
	boolean isChoiceOpen(PlanState state) {
		return this.switchKind == SwitchKind.REPOSITORY
				&& (state.phase() == MigrationPhase.DUAL_READ || state.phase() == MigrationPhase.CUTOVER);
	}

	/**
	 * With proxies, rows that differ after a clean pass have been written around the
	 * mirror, and nothing tells how many more there are.
	 */
	boolean isTargetClosed(PlanState state) {
		return isMirroredByProxies() && state.phase() == MigrationPhase.DUAL_READ && state.divergent();
	}

	/**
	 * Return the side that is written, and read where there is no choice.
	 */
	MigrationSide leadingSide(PlanState state) {
		if (this.switchKind == SwitchKind.RELEASE && !state.phase().isAtLeast(MigrationPhase.CONTRACT)) {
			return (this.plan.uses() != null) ? this.plan.uses() : MigrationSide.SOURCE;
		}
		return state.phase().leadingSide();
	}

}
