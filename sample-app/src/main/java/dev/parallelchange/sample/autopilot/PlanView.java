package dev.parallelchange.sample.autopilot;

import java.math.BigDecimal;
import java.util.List;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.SourceState;
import org.jspecify.annotations.Nullable;

/**
 * What the autopilot reads of the endpoint's answer.
 *
 * @param phase the phase
 * @param next the next step; {@code null} in the last phase
 * @param backfill the copy; {@code null} before it has started
 * @param reads the reads; {@code null} without proxies
 * @param verification the comparison; {@code null} before the first pass
 * @param contract what has become of the source; {@code null} before it matters
 */
record PlanView(MigrationPhase phase, @Nullable Next next, @Nullable Backfill backfill, @Nullable Reads reads,
		@Nullable Verification verification, @Nullable Contract contract) {

	@Nullable SourceState source() {
		return (this.contract != null) ? this.contract.source() : null;
	}

	boolean isCopied() {
		return this.backfill != null && this.backfill.state() == BackfillStatus.State.FINISHED;
	}

	long quarantined() {
		return (this.backfill != null) ? this.backfill.quarantined() : 0;
	}

	long targetReads() {
		return (this.reads != null) ? this.reads.target() : 0;
	}

	/**
	 * What is going on, in a few words.
	 */
	String progress() {
		StringBuilder progress = new StringBuilder(this.phase.name());
		if (this.phase == MigrationPhase.BACKFILL && this.backfill != null && !isCopied()) {
			progress.append(" %s, %.0f %%, %,d rows".formatted(this.backfill.state(), 100 * this.backfill.share(),
					this.backfill.rowsDone()));
			progress.append((this.backfill.pauseReason() != null) ? ", " + this.backfill.pauseReason() : "");
			return progress.toString();
		}
		if (this.next != null) {
			this.next.gates()
				.stream()
				.filter((gate) -> !gate.open())
				.forEach((gate) -> progress
					.append("; %s is %s, needed %s".formatted(gate.name(), gate.value(), gate.limit())));
		}
		return progress.toString();
	}

	record Next(MigrationPhase phase, boolean open, List<Gate> gates) {

	}

	record Gate(String name, boolean open, String value, String limit) {

	}

	record Backfill(BackfillStatus.State state, long rowsDone, double share, @Nullable String pauseReason,
			long quarantined, List<Quarantined> quarantine) {

	}

	record Quarantined(@Nullable String key, String error) {

	}

	record Reads(long target, long compared, long mismatched) {

	}

	record Contract(SourceState source) {

	}

	record Verification(@Nullable BigDecimal parity, long compared, boolean clean) {

	}

}
