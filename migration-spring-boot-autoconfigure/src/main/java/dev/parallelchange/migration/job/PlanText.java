package dev.parallelchange.migration.job;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DriftStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationStatus.InstanceStatus;
import dev.parallelchange.migration.MirrorStatus;
import dev.parallelchange.migration.VerificationStatus;
import org.jspecify.annotations.Nullable;

/**
 * Where a plan stands, in a few lines for people.
 */
final class PlanText {

	private PlanText() {
	}

	static List<String> of(MigrationStatus status, boolean withNext) {
		List<String> lines = new ArrayList<>();
		lines.add("%s: %s since %s, epoch %d".formatted(status.id(), status.phase(),
				status.since().truncatedTo(ChronoUnit.SECONDS), status.epoch()));
		if (status.requested() != null && status.requested() != status.phase()) {
			lines.add("  goes to      %s, asked for by %s".formatted(status.requested(), status.requestedBy()));
		}
		if (status.hold() != null) {
			lines.add("  hold         not above %s, by %s".formatted(status.hold(), status.holdBy()));
		}
		add(lines, PurgeCount.purges(status) ? "purge" : "copy", copy(status.backfill()));
		add(lines, "comparison", comparison(status.verification()));
		add(lines, "pending", pending(status.mirror()));
		add(lines, "instances", instances(status.instances()));
		DriftStatus drift = status.drift();
		if (drift != null && !drift.differences().isEmpty()) {
			add(lines, "drift", drift(drift));
			drift.differences().forEach((difference) -> lines.add("    " + difference));
		}
		if (withNext) {
			lines.addAll(next(status));
		}
		return lines;
	}

	private static void add(List<String> lines, String name, @Nullable String value) {
		if (value != null) {
			lines.add("  %-12s %s".formatted(name, value));
		}
	}

	private static @Nullable String copy(@Nullable BackfillStatus backfill) {
		if (backfill == null) {
			return null;
		}
		String copy = backfill.state() + ", " + ProgressLine.copied(backfill) + PurgeCount.text(backfill);
		copy += (backfill.pauseReason() != null) ? "; stands: " + backfill.pauseReason() : "";
		return (backfill.quarantined() > 0)
				? copy + "; %s rows could not be written".formatted(Numbers.rows(backfill.quarantined())) : copy;
	}

	private static @Nullable String comparison(@Nullable VerificationStatus verification) {
		if (verification == null) {
			return null;
		}
		if (verification.lastPass() == null) {
			return "no full pass yet";
		}
		return "parity %s %%, %s missing, %s orphan, %s different, %s conflicts; last full pass %s".formatted(
				verification.parity(), Numbers.rows(verification.missing()), Numbers.rows(verification.orphan()),
				Numbers.rows(verification.different()), Numbers.rows(verification.conflicts()),
				verification.lastPass().truncatedTo(ChronoUnit.SECONDS));
	}

	private static @Nullable String pending(@Nullable MirrorStatus mirror) {
		return (mirror == null) ? null : "%s keys to the target, %s to the source"
			.formatted(Numbers.rows(mirror.pendingToTarget()), Numbers.rows(mirror.pendingToSource()));
	}

	private static String instances(List<InstanceStatus> instances) {
		if (instances.isEmpty()) {
			return "none is live";
		}
		return instances.stream()
			.map((instance) -> "%s (%s)".formatted(instance.host(), role(instance)))
			.collect(Collectors.joining(", "));
	}

	static String drift(DriftStatus drift) {
		return "%d changes of its tables since %s, of which %d endanger it".formatted(drift.differences().size(),
				drift.recordedAt().truncatedTo(ChronoUnit.SECONDS), drift.dangers().size());
	}

	private static String role(InstanceStatus instance) {
		if (instance.self()) {
			return "this job";
		}
		return (instance.uses() != null) ? "uses the " + instance.uses().name().toLowerCase(Locale.ROOT) : "a job";
	}

	private static List<String> next(MigrationStatus status) {
		MigrationStatus.NextStep next = status.next();
		if (next == null) {
			return List.of();
		}
		List<Gate> closed = JobPlans.closed(status);
		List<String> lines = new ArrayList<>();
		lines.add("  next         %s, %s".formatted(next.phase(), closed.isEmpty() ? "every gate is open"
				: "%d of %d gates closed:".formatted(closed.size(), next.gates().size())));
		OutcomeText.gates(closed).forEach((line) -> lines.add("  " + line));
		return lines;
	}

}
