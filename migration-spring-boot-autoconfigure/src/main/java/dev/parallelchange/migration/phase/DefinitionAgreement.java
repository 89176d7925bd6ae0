package dev.parallelchange.migration.phase;

import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DefinitionStatus;
import dev.parallelchange.migration.DefinitionStatus.Differing;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanDefinition;

/**
 * Whether the live instances mean the same by a plan: what the cluster has accepted, or,
 * before that, what this instance means.
 *
 * @param planId the plan's id
 * @param isAccepted whether the definition has been accepted
 * @param definition the definition that all are compared with
 * @param participants the live instances
 */
record DefinitionAgreement(String planId, boolean isAccepted, PlanDefinition definition,
		List<Participant> participants) {

	static DefinitionAgreement of(Agreement agreement, PlanDefinition own) {
		PlanDefinition accepted = agreement.stored().definition();
		return new DefinitionAgreement(agreement.stored().state().planId(), accepted != null,
				(accepted != null) ? accepted : own, agreement.participants());
	}

	/**
	 * Compare with what this instance means, whatever has been accepted.
	 */
	static DefinitionAgreement among(Agreement agreement, PlanDefinition own) {
		return new DefinitionAgreement(agreement.stored().state().planId(), false, own, agreement.participants());
	}

	boolean isReached() {
		return this.participants.stream().allMatch((participant) -> participant.own().is(this.definition));
	}

	List<Differing> differing() {
		return this.participants.stream()
			.filter((participant) -> !participant.own().is(this.definition))
			.map((participant) -> new Differing(participant.instanceId().toString(), participant.host(),
					participant.own().fingerprint(), participant.own().differencesFrom(this.definition)))
			.toList();
	}

	DefinitionStatus status() {
		return new DefinitionStatus(this.isAccepted ? this.definition.fingerprint() : null, isReached(), differing());
	}

	/**
	 * Without agreement some instance does not work for the plan, so nothing that rests
	 * on its work may follow.
	 */
	static boolean isNeeded(MigrationPhase from, MigrationPhase to) {
		return to.isAtLeast(from) && to.isAtLeast(MigrationPhase.DUAL_WRITE)
				&& !from.isAtLeast(MigrationPhase.CONTRACT);
	}

	Gate gate() {
		List<Differing> differing = differing();
		String agree = "%d of %d instances".formatted(this.participants.size() - differing.size(),
				this.participants.size());
		return Gate.of("definition", differing.isEmpty(), agree,
				this.isAccepted ? "every live instance has the accepted definition"
						: "every live instance has the same definition",
				differing.stream().map(Differing::toString).collect(Collectors.joining(", ")) + "; " + remedy());
	}

	private String remedy() {
		return this.isAccepted
				? "deploy the accepted definition again, or, when all instances have the new one: "
						+ Gate.request(this.planId, "\"definition\": \"accept\"")
				: "wait for the end of the deployment, or deploy one release everywhere";
	}

}
