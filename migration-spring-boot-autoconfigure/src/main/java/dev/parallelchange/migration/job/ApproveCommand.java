package dev.parallelchange.migration.job;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;

import org.springframework.util.StringUtils;

/**
 * Records a person's word that a plan may enter a phase.
 */
final class ApproveCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	ApproveCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		MigrationPhase phase = JobPlans.phase(line.argument(1));
		String actor = this.settings.actor();
		String reason = this.settings.reason();
		if (actor == null || !StringUtils.hasText(actor) || reason == null || !StringUtils.hasText(reason)) {
			throw new UsageException(
					"An approval is somebody's word: say whose with --migration.job.actor and why with --migration.job.reason");
		}
		MigrationStatus status = this.plans.ask(line.argument(0), ChangeRequest.approve(phase, actor, reason));
		return JobOutcome.of(JobResult.DONE,
				"%s approves that plan '%s' enters %s".formatted(actor, status.id(), phase), status);
	}

}
