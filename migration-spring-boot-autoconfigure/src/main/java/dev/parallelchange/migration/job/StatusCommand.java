package dev.parallelchange.migration.job;

import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;

/**
 * Shows where plans stand.
 */
final class StatusCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	StatusCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		List<MigrationStatus> shown = shown(line.arguments());
		return new JobOutcome(JobResult.DONE, (shown.size() == 1) ? "1 plan" : "%d plans".formatted(shown.size()),
				List.of(), shown, List.of());
	}

	private List<MigrationStatus> shown(List<String> arguments) {
		return switch (arguments.size()) {
			case 0 -> this.plans.list();
			case 1 -> List.of(this.plans.status(arguments.get(0)));
			default -> List.of(toward(arguments.get(0), JobPlans.phase(arguments.get(1))));
		};
	}

	/**
	 * Asking for no more than a trial records nothing.
	 */
	private MigrationStatus toward(String plan, MigrationPhase phase) {
		return this.plans.ask(plan, new ChangeRequest(phase, null, null, null, null, null, this.settings.actorOrUser(),
				this.settings.reason(), true, false));
	}

}
