package dev.parallelchange.migration.job;

import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.VerificationStatus;
import org.jspecify.annotations.Nullable;

/**
 * How far a plan is, in one line.
 *
 * @param step what changes only when something has happened
 * @param text the line
 * @param share what of the present work is done, from 0 to 1; {@code null} if that is not
 * known
 */
record ProgressLine(String step, String text, @Nullable Double share) {

	private static final int BAR = 24;

	static ProgressLine of(MigrationStatus status) {
		String plan = status.id() + " " + status.phase();
		BackfillStatus backfill = status.backfill();
		VerificationStatus verification = status.verification();
		if (status.phase() == MigrationPhase.BACKFILL && backfill != null
				&& backfill.state() != BackfillStatus.State.FINISHED) {
			String doing = plan + (PurgeCount.purges(status) ? ", deletes" : ", copies") + paused(backfill);
			return new ProgressLine(doing, doing + ": " + copied(backfill), backfill.share());
		}
		if (verification != null && verification.running() != null) {
			return new ProgressLine(plan + ", compares",
					plan + ", compares: " + Numbers.percent(verification.running()), verification.running());
		}
		List<Gate> closed = JobPlans.closed(status);
		String waiting = closed.isEmpty() ? plan : plan + ", waits for " + names(closed);
		return new ProgressLine(waiting, closed.isEmpty() ? plan : plan + ", waits for " + numbers(closed), null);
	}

	static String copied(BackfillStatus backfill) {
		String rows = "%s of %s rows".formatted(Numbers.percent(backfill.share()),
				Numbers.rows(Math.max(backfill.rowsEstimated(), backfill.rowsDone())));
		if (backfill.rowsPerSecond() > 0) {
			rows += ", %s rows/s".formatted(Numbers.rows(Math.round(backfill.rowsPerSecond())));
		}
		return (backfill.eta() != null) ? rows + ", about %s left".formatted(Numbers.duration(backfill.eta())) : rows;
	}

	String withBar() {
		if (this.share == null) {
			return this.text;
		}
		int filled = (int) Math.round(Math.max(0, Math.min(1, this.share)) * BAR);
		return "[%s%s] %s".formatted("#".repeat(filled), "-".repeat(BAR - filled), this.text);
	}

	private static String paused(BackfillStatus backfill) {
		return (backfill.pauseReason() != null) ? " (stands: %s)".formatted(backfill.pauseReason()) : "";
	}

	private static String names(List<Gate> gates) {
		return gates.stream().map(Gate::name).collect(Collectors.joining(", "));
	}

	private static String numbers(List<Gate> gates) {
		return gates.stream()
			.map((gate) -> "%s: %s (needed: %s)".formatted(gate.name(), gate.value(), gate.limit()))
			.collect(Collectors.joining("; "));
	}

}
