package dev.parallelchange.migration.job;

import dev.parallelchange.migration.MigrationPhase;

/**
 * Takes one step of a plan although gates of its data are closed.
 */
final class ForceCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	ForceCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		MigrationPhase phase = JobPlans.phase(line.argument(1));
		this.settings.neededReason("A forced step");
		return PhaseWalk.forced(this.plans, this.plans.status(line.argument(0)), phase).run();
	}

}
