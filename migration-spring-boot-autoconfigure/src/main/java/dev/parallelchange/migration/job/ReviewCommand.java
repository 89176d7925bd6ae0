package dev.parallelchange.migration.job;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.ScriptFinding;
import dev.parallelchange.migration.ScriptObservation;
import dev.parallelchange.migration.ScriptStatus;

/**
 * Shows what is dangerous about the plans' own scripts that have not been run, and what
 * their statements do where that is observed.
 */
final class ReviewCommand implements JobCommand {

	private final JobPlans plans;

	ReviewCommand(JobPlans plans) {
		this.plans = plans;
	}

	@Override
	public JobOutcome run(JobLine line) {
		List<MigrationStatus> reviewed = line.arguments().isEmpty() ? this.plans.list()
				: List.of(this.plans.status(line.argument(0)));
		List<ScriptStatus> scripts = reviewed.stream().flatMap((plan) -> plan.scripts().stream()).toList();
		long dangers = scripts.stream()
			.flatMap((script) -> script.findings().stream())
			.filter((finding) -> !finding.mayRun())
			.count();
		List<String> notes = new ArrayList<>();
		for (MigrationStatus plan : reviewed) {
			plan.scripts().forEach((script) -> notes.addAll(text(plan.id(), script)));
			notes.addAll(contract(plan));
		}
		return JobOutcome
			.of((dangers > 0) ? JobResult.FINDINGS : JobResult.DONE,
					"%d scripts, %d statements that are dangerous and not allowed".formatted(scripts.size(), dangers))
			.showing(reviewed)
			.noting(notes);
	}

	private static List<String> contract(MigrationStatus plan) {
		if (plan.contractScript().isEmpty()) {
			return List.of();
		}
		List<String> lines = new ArrayList<>();
		lines.add(plan.id() + ": hides the source in CONTRACT, and drops it in COMPLETED, when these are approved");
		plan.contractScript().forEach((statement) -> lines.add("    " + statement + ";"));
		return lines;
	}

	private static List<String> text(String plan, ScriptStatus script) {
		List<String> lines = new ArrayList<>();
		lines.add("%s: %s script %s, %s".formatted(plan, script.phase(), script.script(), script.state()));
		if (script.error() != null) {
			lines.add("  " + script.error());
		}
		if (script.text() != null) {
			lines.add("  derived from the plan%s:".formatted((script.state() == ScriptStatus.State.PROPOSED)
					? "; not run, unless it says scripts.derive: true" : ""));
			script.text().lines().forEach((line) -> lines.add("    " + line));
		}
		script.findings().forEach((finding) -> lines.addAll(text(finding)));
		script.observed().forEach((observation) -> lines.add("  " + text(observation)));
		return lines;
	}

	private static List<String> text(ScriptFinding finding) {
		List<String> lines = new ArrayList<>();
		lines.add("  line %d, %s: %s".formatted(finding.line(), finding.rule(), finding.reason()));
		lines.add("    " + finding.statement());
		if (finding.mayRun()) {
			lines.add("    allowed: " + finding.allowed());
			return lines;
		}
		lines.add("    write instead:");
		finding.rewrite().lines().forEach((rewrite) -> lines.add("      " + rewrite));
		return lines;
	}

	private static String text(ScriptObservation observation) {
		if (observation.note() != null) {
			return "line %d: %s".formatted(observation.line(), observation.note());
		}
		return "line %d: locks %s; writes anew %s".formatted(observation.line(), listed(observation.locks()),
				listed(observation.rewritten()));
	}

	private static String listed(List<String> items) {
		return items.isEmpty() ? "nothing" : String.join(", ", items);
	}

}
