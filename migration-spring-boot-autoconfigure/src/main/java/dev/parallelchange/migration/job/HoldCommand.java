package dev.parallelchange.migration.job;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;

/**
 * Keeps a plan from going above a phase, or lifts that.
 */
final class HoldCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	HoldCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		boolean none = line.argument(1).equalsIgnoreCase("none");
		MigrationPhase hold = none ? MigrationPhase.COMPLETED : JobPlans.phase(line.argument(1));
		MigrationStatus status = this.plans.ask(line.argument(0), new ChangeRequest(null, hold, null, null, null, null,
				this.settings.actorOrUser(), this.settings.reason(), false, false));
		return JobOutcome.of(JobResult.DONE,
				none ? "Plan '%s' has no hold any more".formatted(status.id())
						: "Plan '%s' is in %s and does not go above %s".formatted(status.id(), status.phase(), hold),
				status);
	}

}
