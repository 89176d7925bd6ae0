package dev.parallelchange.migration.job;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DriftStatus;
import dev.parallelchange.migration.MigrationStatus;

/**
 * Shows what has been changed about a plan's tables since they were recorded.
 */
final class DriftCommand implements JobCommand {

	private final JobPlans plans;

	DriftCommand(JobPlans plans) {
		this.plans = plans;
	}

	@Override
	public JobOutcome run(JobLine line) {
		MigrationStatus status = this.plans.status(line.argument(0));
		DriftStatus drift = status.drift();
		if (drift == null) {
			return JobOutcome.of(JobResult.DONE,
					"The tables of plan '%s', which is in %s, are not compared: they are recorded when it begins to be mirrored"
						.formatted(status.id(), status.phase()),
					status);
		}
		return JobOutcome
			.of(drift.dangers().isEmpty() ? JobResult.DONE : JobResult.FINDINGS,
					"Plan '%s': %s".formatted(status.id(), PlanText.drift(drift)), status)
			.noting(notes(status.id(), drift));
	}

	static List<String> notes(String plan, DriftStatus drift) {
		List<String> notes = new ArrayList<>();
		if (!drift.dangers().isEmpty()) {
			notes.add("These endanger the way forward:");
			drift.dangers().forEach((danger) -> notes.add("  " + danger));
			notes.add(
					"To do: undo them; or accept them: %s. What the target refuses or changes, and what a partition brings, is no danger either when all rows have been found equal since: %s"
						.formatted(Remedy.reasoned(Verb.ACCEPT, plan, "drift"), Remedy.job(Verb.VERIFY, plan)));
		}
		return notes;
	}

}
