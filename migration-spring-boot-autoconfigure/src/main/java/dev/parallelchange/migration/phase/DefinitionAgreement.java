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
 * before that, what this instance means. A job that means something else keeps only
 * itself from going on.
 *
 * @param planId the plan's id
 * @param isAccepted whether the definition has been accepted
 * @param definition the definition that all are compared with
 * @param own what this instance means
 * @param participants the live instances that have a say
 */
record DefinitionAgreement(String planId, boolean isAccepted, PlanDefinition definition, PlanDefinition own,
		List<Participant> participants) {

	static DefinitionAgreement of(Agreement agreement, PlanDefinition own) {
		PlanDefinition accepted = agreement.stored().definition();
		return new DefinitionAgreement(agreement.stored().state().planId(), accepted != null,
				(accepted != null) ? accepted : own, own, withSay(agreement));
	}

	/**
	 * Compare with what this instance means, whatever has been accepted.
	 */
	static DefinitionAgreement among(Agreement agreement, PlanDefinition own) {
		return new DefinitionAgreement(agreement.stored().state().planId(), false, own, own, withSay(agreement));
	}

	private static List<Participant> withSay(Agreement agreement) {
		return agreement.participants().stream().filter(Participant::hasSay).toList();
	}

	boolean isReached() {
		return differing().isEmpty();
	}

	List<Differing> differing() {
		List<Differing> differing = this.participants.stream()
			.filter((participant) -> !participant.own().is(this.definition))
			.map((participant) -> new Differing(participant.instanceId().toString(), participant.host(),
					participant.own().fingerprint(), participant.own().differencesFrom(this.definition)))
			.toList();
		return (differing.isEmpty() && !isOwn()) ? List.of(self()) : differing;
	}

	private boolean isOwn() {
		return this.own.fingerprint().equals(this.definition.fingerprint());
	}

	private Differing self() {
		return new Differing("self", "this process", this.own.fingerprint(), this.own.differencesFrom(this.definition));
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
		long agreeing = this.participants.stream()
			.filter((participant) -> participant.own().is(this.definition))
			.count();
		String agree = "%d of %d instances".formatted(agreeing, this.participants.size());
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
