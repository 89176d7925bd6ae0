package dev.parallelchange.migration.job;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.HiddenValues;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalRefusedException;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.RehearsalStatus;

/**
 * Rehearses a plan in this process, and says what was found.
 */
final class RehearseCommand implements JobCommand {

	private final JobPlans plans;

	private final JobSettings settings;

	RehearseCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		String plan = line.argument(0);
		RehearsalRequest request = within(request(line.argument(1, "")));
		try {
			CompletableFuture<Rehearsal> rehearsal = this.plans.rehearse(plan, request);
			return this.plans.await(plan, "the end of its rehearsal",
					(status) -> rehearsal.isDone() ? outcome(this.plans.status(plan), rehearsal) : null);
		}
		catch (RehearsalRefusedException ex) {
			return JobOutcome.of(JobResult.FAILED, String.valueOf(ex.getMessage()), this.plans.status(plan));
		}
	}

	/**
	 * What has been found by then is worth more than that the time is over.
	 */
	private RehearsalRequest within(RehearsalRequest request) {
		Duration timeout = this.settings.timeout();
		return (timeout != null) ? request.within(timeout.multipliedBy(9).dividedBy(10)) : request;
	}

	private static RehearsalRequest request(String rows) {
		if (rows.isEmpty()) {
			return RehearsalRequest.DEFAULT;
		}
		if (rows.toLowerCase(Locale.ROOT).equals("all")) {
			return RehearsalRequest.EVERYTHING;
		}
		try {
			return RehearsalRequest.sample(Long.parseLong(rows));
		}
		catch (IllegalArgumentException ex) {
			throw new UsageException("'%s' is neither a number of rows up to 1000000 nor 'all'".formatted(rows));
		}
	}

	private static JobOutcome outcome(MigrationStatus status, CompletableFuture<Rehearsal> ended) {
		if (ended.isCompletedExceptionally()) {
			RehearsalStatus failed = status.rehearsal();
			return JobOutcome.of(JobResult.FAILED, "Plan '%s' could not be rehearsed: %s".formatted(status.id(),
					(failed != null) ? failed.error() : "see the log"), status);
		}
		Rehearsal rehearsal = HiddenValues.hide(ended.join());
		long blocking = rehearsal.findings().stream().filter(RehearsalFinding::blocks).count();
		return JobOutcome.of(result(rehearsal),
				"Plan '%s' has been rehearsed%s: %d findings that block, %d warnings".formatted(status.id(),
						(rehearsal.partial() != null) ? " in part, until its time was over" : "", blocking,
						rehearsal.findings().size() - blocking),
				status)
			.noting(RehearsalText.of(rehearsal));
	}

	/**
	 * Rows that nobody has looked at are not known to be right.
	 */
	private static JobResult result(Rehearsal rehearsal) {
		if (rehearsal.blocks()) {
			return JobResult.FINDINGS;
		}
		return (rehearsal.partial() != null) ? JobResult.TIMEOUT : JobResult.DONE;
	}

}
