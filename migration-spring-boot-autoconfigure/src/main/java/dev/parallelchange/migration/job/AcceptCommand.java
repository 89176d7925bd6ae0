package dev.parallelchange.migration.job;

import java.util.List;
import java.util.Locale;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DriftStatus;
import dev.parallelchange.migration.MigrationStatus;
import org.jspecify.annotations.Nullable;

/**
 * Accepts what this release means by a plan, or the plan's tables as they have been
 * found.
 */
final class AcceptCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	private @Nullable List<String> meant;

	AcceptCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		String plan = line.argument(0);
		String what = line.argument(1).toLowerCase(Locale.ROOT);
		if (!what.equals("definition") && !what.equals("drift")) {
			throw new UsageException("'%s' is neither definition nor drift".formatted(line.argument(1)));
		}
		String reason = this.settings.neededReason("What is accepted");
		return what.equals("drift") ? this.plans.await(plan, "a look at its tables", (status) -> drift(status, reason))
				: this.plans.await(plan, "this job as a member of the cluster", (status) -> definition(status, reason));
	}

	/**
	 * Only who takes part may speak for a definition.
	 */
	private @Nullable JobOutcome definition(MigrationStatus status, String reason) {
		if (status.instances().stream().noneMatch(MigrationStatus.InstanceStatus::self)) {
			return null;
		}
		MigrationStatus accepted = this.plans.ask(status.id(),
				ChangeRequest.acceptDefinition(this.settings.actorOrUser(), reason));
		return JobOutcome.of(JobResult.DONE,
				"The definition that this release has of plan '%s' is the accepted one".formatted(accepted.id()),
				accepted);
	}

	/**
	 * What an instance has noticed is accepted; what somebody changes after this job has
	 * begun is told instead.
	 */
	private @Nullable JobOutcome drift(MigrationStatus status, String reason) {
		DriftStatus drift = status.drift();
		List<String> differences = (drift != null) ? drift.differences() : List.of();
		if (this.meant == null) {
			this.meant = differences;
		}
		else if (differences.isEmpty()) {
			return JobOutcome
				.of(JobResult.DONE,
						"Plan '%s': %d changes of its tables are accepted".formatted(status.id(), this.meant.size()),
						status)
				.noting(this.meant);
		}
		if (drift != null && !this.meant.containsAll(differences)) {
			return JobOutcome
				.of(JobResult.FINDINGS,
						"Plan '%s' has been changed further meanwhile: %s".formatted(status.id(),
								PlanText.drift(drift)),
						status)
				.noting(DriftCommand.notes(status.id(), drift));
		}
		if (differences.isEmpty() || (drift != null && drift.changedAt() != null)) {
			this.plans.ask(status.id(), ChangeRequest.acceptDrift(this.settings.actorOrUser(), reason));
		}
		return null;
	}

}
