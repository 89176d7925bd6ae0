package dev.parallelchange.migration.job;

import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;

/**
 * Has the scripts and finishing touches of a plan that failed run again.
 */
final class RetryCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	RetryCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		String reason = this.settings.reason();
		MigrationStatus status = this.plans.ask(line.argument(0),
				ChangeRequest.retryScripts(this.settings.actorOrUser(), (reason != null) ? reason : ""));
		return JobOutcome
			.of(JobResult.DONE, "What failed of the scripts of plan '%s' is run again".formatted(status.id()), status)
			.noting(List.of("An instance runs it, or a job that waits for it: "
					+ Remedy.job(Verb.ADVANCE, status.id(), awaited(status).name())));
	}

	/**
	 * The phase that is reached when the scripts have been run.
	 */
	private static MigrationPhase awaited(MigrationStatus status) {
		MigrationStatus.NextStep next = status.next();
		return (status.phase() == MigrationPhase.EXPAND || next == null) ? status.phase() : next.phase();
	}

}
