package dev.parallelchange.migration.job;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationStatus;

/**
 * Pauses the copy of a plan, or lets it run again.
 */
final class PauseCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	PauseCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		boolean running = line.verb() == Verb.RESUME;
		MigrationStatus status = this.plans.ask(line.argument(0), new ChangeRequest(null, null, null, running, null,
				null, this.settings.actorOrUser(), this.settings.reason(), false, false));
		return JobOutcome.of(JobResult.DONE,
				running ? "The copy of plan '%s' may run".formatted(status.id())
						: "The copy of plan '%s' stands after its current chunks, until it is told otherwise: %s"
							.formatted(status.id(), Remedy.job(Verb.RESUME, status.id())),
				status);
	}

}
