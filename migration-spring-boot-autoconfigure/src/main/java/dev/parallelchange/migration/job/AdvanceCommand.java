package dev.parallelchange.migration.job;

/**
 * Moves a plan forward to a phase; a plan that is beyond it already stays where it is.
 */
final class AdvanceCommand implements JobCommand {

	private final JobPlans plans;

	AdvanceCommand(JobPlans plans) {
		this.plans = plans;
	}

	@Override
	public JobOutcome run(JobLine line) {
		return new PhaseWalk(this.plans, line.argument(0), JobPlans.phase(line.argument(1)), true).run();
	}

}
