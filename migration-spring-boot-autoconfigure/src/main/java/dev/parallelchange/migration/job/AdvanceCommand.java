package dev.parallelchange.migration.job;

import java.util.List;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import org.jspecify.annotations.Nullable;

/**
 * Moves a plan forward to a phase; a plan that is beyond it already stays where it is.
 */
final class AdvanceCommand implements JobCommand {

	private static final String SCRIPTS = "expand-scripts";

	private final JobPlans plans;

	AdvanceCommand(JobPlans plans) {
		this.plans = plans;
	}

	@Override
	public JobOutcome run(JobLine line) {
		String plan = line.argument(0);
		MigrationPhase phase = JobPlans.phase(line.argument(1));
		JobOutcome outcome = PhaseWalk.forward(this.plans, plan, phase).run();
		if (outcome.result() != JobResult.DONE || phase != MigrationPhase.EXPAND) {
			return outcome;
		}
		return this.plans.await(plan, "the end of its scripts", AdvanceCommand::expanded);
	}

	/**
	 * Who asks for the phase of the scripts wants them to have been run.
	 */
	private static @Nullable JobOutcome expanded(MigrationStatus status) {
		List<Gate> scripts = (status.phase() == MigrationPhase.EXPAND)
				? JobPlans.closed(status).stream().filter((gate) -> gate.name().equals(SCRIPTS)).toList() : List.of();
		if (scripts.isEmpty()) {
			return JobOutcome.of(JobResult.DONE, "Plan '%s' is in %s".formatted(status.id(), status.phase()), status);
		}
		return scripts.stream().allMatch(Gate::waiting) ? null
				: JobOutcome
					.of(JobResult.GATE_CLOSED,
							"Plan '%s' is in %s, and not all of its scripts have been run".formatted(status.id(),
									status.phase()),
							status)
					.with(scripts);
	}

}
