package dev.parallelchange.migration.job;

import java.util.List;

import dev.parallelchange.migration.MigrationStatus;

/**
 * Shows where plans stand.
 */
final class StatusCommand implements JobCommand {

	private final JobPlans plans;

	StatusCommand(JobPlans plans) {
		this.plans = plans;
	}

	@Override
	public JobOutcome run(JobLine line) {
		List<MigrationStatus> shown = line.arguments().isEmpty() ? this.plans.list()
				: List.of(this.plans.status(line.argument(0)));
		return new JobOutcome(JobResult.DONE, (shown.size() == 1) ? "1 plan" : "%d plans".formatted(shown.size()),
				List.of(), shown, List.of());
	}

}
