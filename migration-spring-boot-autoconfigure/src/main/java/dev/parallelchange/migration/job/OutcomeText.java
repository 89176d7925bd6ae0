package dev.parallelchange.migration.job;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.Gate;

/**
 * What a job says to people at its end: first the result, last what to do.
 */
final class OutcomeText {

	private OutcomeText() {
	}

	static String of(JobOutcome outcome) {
		List<String> lines = new ArrayList<>();
		lines.add("%s (exit code %d): %s".formatted(outcome.result(), outcome.result().exitCode(), outcome.message()));
		boolean withNext = outcome.gates().isEmpty();
		outcome.plans().forEach((plan) -> lines.addAll(PlanText.of(plan, withNext)));
		if (!outcome.gates().isEmpty()) {
			lines.add("Closed gates:");
			lines.addAll(gates(outcome.gates()));
		}
		lines.addAll(outcome.notes());
		return String.join(System.lineSeparator(), lines);
	}

	static List<String> gates(List<Gate> gates) {
		List<String> lines = new ArrayList<>();
		for (Gate gate : gates) {
			lines.add("  %s: %s (needed: %s)".formatted(gate.name(), gate.value(), gate.limit()));
			if (!gate.remedy().isEmpty()) {
				lines.add("    " + (gate.waiting() ? "opens by itself; else: " : "to do: ") + Remedy.of(gate.remedy()));
			}
		}
		return lines;
	}

}
