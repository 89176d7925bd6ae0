package dev.parallelchange.migration;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What would become of a plan's rows in its target, as tried in a temporary copy of it.
 *
 * @param measuredAt when, by the database's clock
 * @param all whether all rows were rehearsed; otherwise a sample of them
 * @param rows the number of rows that were tried
 * @param partial how far it came when its time was over before all rows that it was about
 * were tried; {@code null} if they were
 * @param findings what would go wrong, the worst first
 * @param notRehearsed what could not be tried, and why
 * @param estimate what the copy will take; {@code null} if that could not be measured
 * @param creates the triggers that the plan will create, and what it will do with
 * sequences
 * @param references the foreign keys from and to the target, in the order in which their
 * tables have to be filled
 */
public record Rehearsal(Instant measuredAt, boolean all, long rows, @Nullable Partial partial,
		List<RehearsalFinding> findings, List<String> notRehearsed, @Nullable CopyEstimate estimate,
		List<String> creates, List<String> references) {

	public Rehearsal {
		findings = List.copyOf(findings);
		notRehearsed = List.copyOf(notRehearsed);
		creates = List.copyOf(creates);
		references = List.copyOf(references);
	}

	/**
	 * Return whether something was found with which the plan should not go on.
	 * @return {@code true} if a finding blocks
	 */
	public boolean blocks() {
		return this.findings.stream().anyMatch(RehearsalFinding::blocks);
	}

	/**
	 * How far a rehearsal came until its time was over.
	 *
	 * @param rows the number of rows that were gone through
	 * @param of about how many there are
	 */
	public record Partial(long rows, long of) {

	}

}
