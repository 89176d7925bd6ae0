package dev.parallelchange.migration.job;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;

/**
 * Moves a plan back to a phase, and takes back what asks for more.
 *
 * <p>
 * Without a phase that is {@link MigrationPhase#BACKFILL}: the source is used alone, and
 * nothing that has been copied is lost; of a plan that deletes rows it is
 * {@link MigrationPhase#OFF}. One step back would be another phase each time the job
 * runs.
 */
final class RollbackCommand implements JobCommand {

	private final JobPlans plans;

	RollbackCommand(JobPlans plans) {
		this.plans = plans;
	}

	@Override
	public JobOutcome run(JobLine line) {
		String plan = line.argument(0);
		MigrationStatus status = this.plans.status(plan);
		MigrationPhase back = PurgeCount.purges(status) ? MigrationPhase.OFF : MigrationPhase.BACKFILL;
		MigrationPhase wanted = JobPlans.phase(line.argument(1, back.name()));
		if (wanted.isAtLeast(status.phase())) {
			MigrationPhase requested = status.requested();
			if (requested != null && !status.phase().isAtLeast(requested)) {
				this.plans.ask(plan, status.phase(), false);
			}
			wanted = status.phase();
		}
		return PhaseWalk.back(this.plans, plan, wanted).run();
	}

}
