package dev.parallelchange.migration.actuate;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorStatus;
import dev.parallelchange.migration.VerificationStatus;
import org.jspecify.annotations.Nullable;

/**
 * One line about a plan.
 *
 * @param id the plan's id
 * @param phase the phase
 * @param since when the phase was entered
 * @param requested the phase that the cluster is moving to; {@code null} for none
 * @param backfill what the copy is doing; {@code null} before it has started
 * @param share the part of the source that is copied, from 0 to 1; {@code null} before
 * the copy has started
 * @param parity the parity in per cent; {@code null} before the first full pass
 * @param pending the pending keys of both directions
 * @param quarantined the rows that could not be written
 * @param waitsFor the closed gates of the next step
 */
public record MigrationSummary(String id, MigrationPhase phase, Instant since, @Nullable MigrationPhase requested,
		BackfillStatus.@Nullable State backfill, @Nullable Double share, @Nullable BigDecimal parity, long pending,
		long quarantined, List<String> waitsFor) {

	static MigrationSummary of(MigrationStatus status) {
		BackfillStatus backfill = status.backfill();
		MirrorStatus mirror = status.mirror();
		VerificationStatus verification = status.verification();
		MigrationStatus.NextStep next = status.next();
		return new MigrationSummary(status.id(), status.phase(), status.since(), status.requested(),
				(backfill != null) ? backfill.state() : null, (backfill != null) ? backfill.share() : null,
				(verification != null) ? verification.parity() : null,
				(mirror != null) ? mirror.pendingToTarget() + mirror.pendingToSource() : 0,
				(backfill != null) ? backfill.quarantined() : 0,
				(next != null) ? next.gates().stream().filter((gate) -> !gate.open()).map(Gate::toString).toList()
						: List.of());
	}

}
