package dev.parallelchange.migration.job;

import java.util.List;
import java.util.Locale;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.ContractStatus;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.SourceState;
import org.jspecify.annotations.Nullable;

/**
 * Has the hidden source of a plan back under its name, or hides it again.
 */
final class SourceCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	SourceCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		String plan = line.argument(0);
		SourceState wanted = wanted(line.argument(1));
		String reason = this.settings.neededReason("To have the source shown or hidden");
		this.plans.ask(plan, ChangeRequest.source(wanted, this.settings.actorOrUser(), reason));
		JobOutcome outcome = this.plans.await(plan, "a source that is " + wanted, (status) -> look(status, wanted));
		return (outcome.result() != JobResult.DONE) ? outcome.noting(notes(outcome)) : outcome;
	}

	private static SourceState wanted(String word) {
		return switch (word.toLowerCase(Locale.ROOT)) {
			case "shown" -> SourceState.SHOWN;
			case "hidden" -> SourceState.HIDDEN;
			default -> throw new UsageException("'%s' is neither shown nor hidden".formatted(word));
		};
	}

	private static @Nullable JobOutcome look(MigrationStatus status, SourceState wanted) {
		ContractStatus contract = status.contract();
		if (contract == null || contract.source() != wanted) {
			return null;
		}
		return JobOutcome.of(JobResult.DONE, "The source of plan '%s' is %s".formatted(status.id(), wanted), status);
	}

	private static List<String> notes(JobOutcome outcome) {
		return outcome.plans()
			.stream()
			.map(MigrationStatus::contract)
			.filter((contract) -> contract != null && contract.lastError() != null)
			.map((contract) -> "It could not be done so far: " + contract.lastError())
			.toList();
	}

}
