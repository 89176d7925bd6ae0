package dev.parallelchange.migration.job;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.CopyEstimate;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.Rehearsal.Partial;
import dev.parallelchange.migration.RehearsalFinding;
import org.jspecify.annotations.Nullable;

/**
 * What a rehearsal has found, for people.
 */
final class RehearsalText {

	private RehearsalText() {
	}

	static List<String> of(Rehearsal rehearsal) {
		List<String> lines = new ArrayList<>();
		lines.add("Rehearsed: %s rows, %s".formatted(Numbers.rows(rehearsal.rows()), extent(rehearsal)));
		rehearsal.findings().forEach((finding) -> lines.addAll(text(finding)));
		list(lines, "Not rehearsed:", rehearsal.notRehearsed());
		list(lines, "Estimate:", text(rehearsal.estimate()));
		list(lines, "Will be made:", rehearsal.creates());
		list(lines, "Foreign keys, parents first:", rehearsal.references());
		return lines;
	}

	private static String extent(Rehearsal rehearsal) {
		Partial partial = rehearsal.partial();
		if (partial != null) {
			return "in part: its time was over after %s of about %s rows".formatted(Numbers.rows(partial.rows()),
					Numbers.rows(partial.of()));
		}
		return rehearsal.all() ? "which are all" : "a sample";
	}

	private static List<String> text(RehearsalFinding finding) {
		String rows = (finding.count() == 0) ? ""
				: ", %s%s rows".formatted(finding.atLeast() ? "at least " : "", Numbers.rows(finding.count()));
		String subject = finding.subject().isEmpty() ? "" : " " + finding.subject();
		return List.of("%s %s%s%s: %s".formatted(finding.severity(), finding.kind(), subject, rows, finding.problem()),
				"    to do: " + finding.remedy());
	}

	private static List<String> text(@Nullable CopyEstimate estimate) {
		if (estimate == null) {
			return List.of();
		}
		return List.of(
				"%s rows at %s rows/s by one worker at best: %s".formatted(Numbers.rows(estimate.rows()),
						Numbers.rows(Math.round(estimate.rowsPerSecond())), Numbers.duration(estimate.duration())),
				"about %s of disk, and %s of write-ahead log".formatted(Numbers.bytes(estimate.diskBytes()),
						Numbers.bytes(estimate.walBytes())));
	}

	private static void list(List<String> lines, String title, List<String> items) {
		if (!items.isEmpty()) {
			lines.add(title);
			items.forEach((item) -> lines.add("  " + item));
		}
	}

}
