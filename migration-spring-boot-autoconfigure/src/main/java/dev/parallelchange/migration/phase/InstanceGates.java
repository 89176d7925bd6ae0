package dev.parallelchange.migration.phase;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SwitchKind;

/**
 * The gates that depend on the live instances alone; they are looked at once more while
 * the plan is locked.
 */
final class InstanceGates {

	private InstanceGates() {
	}

	static List<Gate> of(Step step) {
		List<Gate> gates = new ArrayList<>();
		gates.add(acknowledgements(step));
		if (step.to().isAtLeast(step.from()) && DryRun.isIn(step.agreement())) {
			gates.add(DryRun.gate(step));
		}
		if (DefinitionAgreement.isNeeded(step.from(), step.to())) {
			gates.add(DefinitionAgreement.of(step.agreement(), step.plan().definition()).gate());
		}
		if (step.plan().switchKind() == SwitchKind.RELEASE) {
			if (step.is(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER)
					|| step.is(MigrationPhase.CUTOVER, MigrationPhase.CONTRACT)) {
				gates.add(sourceInstances(step));
			}
			if (step.is(MigrationPhase.DUAL_READ, MigrationPhase.BACKFILL)) {
				gates.add(targetInstances(step));
			}
		}
		return gates;
	}

	private static Gate acknowledgements(Step step) {
		List<Participant> all = step.agreement().participants();
		List<Participant> missing = all.stream().filter((participant) -> participant.epoch() != step.epoch()).toList();
		return Gate.waiting("acknowledgements", missing.isEmpty(),
				"%d of %d".formatted(all.size() - missing.size(), all.size()), "every live instance",
				"wait for the transactions that began in the phase before, or for the end of the lease, on "
						+ hosts(missing));
	}

	private static Gate sourceInstances(Step step) {
		List<Participant> sources = step.agreement().using(MigrationSide.SOURCE);
		String deployed = step.agreement().using(MigrationSide.TARGET).isEmpty() ? "deploy" : "end what runs beside";
		return Gate.of("source-instances", sources.isEmpty(), sources.size(), 0,
				"%s the release with migration.plans.%s.uses=target; these still use the source: %s".formatted(deployed,
						step.plan().id(), hosts(sources)));
	}

	private static Gate targetInstances(Step step) {
		List<Participant> targets = step.agreement().using(MigrationSide.TARGET);
		return Gate.of("target-instances", targets.isEmpty(), targets.size(), 0,
				"roll back the release with migration.plans.%s.uses=target; these use the target: %s"
					.formatted(step.plan().id(), hosts(targets)));
	}

	private static String hosts(List<Participant> participants) {
		return participants.stream()
			.map((participant) -> "%s (%slease %.0f s)".formatted(participant.host(),
					participant.isSilent() ? "silent for %.0f s, ".formatted(participant.silentSeconds()) : "",
					participant.leaseSeconds()))
			.collect(Collectors.joining(", "));
	}

}
