package dev.parallelchange.migration.actuate;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorStatus;
import dev.parallelchange.migration.ReadStatus;
import dev.parallelchange.migration.VerificationStatus;
import org.jspecify.annotations.Nullable;

/**
 * Takes keys and values of rows out of a status.
 */
final class HiddenValues {

	private HiddenValues() {
	}

	static MigrationStatus hide(MigrationStatus status) {
		return new MigrationStatus(status.id(), status.phase(), status.epoch(), status.since(), status.requested(),
				status.requestedBy(), status.hold(), status.holdBy(), status.next(), status.plan(),
				hide(status.backfill()), status.replication(), hide(status.mirror()), hide(status.reads()),
				hide(status.verification()), status.flags(), status.instances(), status.history());
	}

	private static @Nullable BackfillStatus hide(@Nullable BackfillStatus status) {
		if (status == null) {
			return null;
		}
		return new BackfillStatus(status.state(), status.rowsDone(), status.rowsWritten(), status.rowsEstimated(),
				status.share(), status.rowsPerSecond(), status.eta(), status.chunkSize(), status.workers(),
				status.pauseReason(), status.failedChunks(), withoutDetail(status.lastError()), status.quarantined(),
				status.quarantine()
					.stream()
					.map((row) -> new BackfillStatus.QuarantinedRow(null, String.valueOf(withoutDetail(row.error()))))
					.toList());
	}

	private static @Nullable MirrorStatus hide(@Nullable MirrorStatus status) {
		if (status == null) {
			return null;
		}
		return new MirrorStatus(status.kind(), status.active(), status.deferred(), status.keys(), status.failures(),
				status.pendingToTarget(), status.pendingToSource(), status.oldestPending(),
				withoutDetail(status.lastError()));
	}

	private static @Nullable ReadStatus hide(@Nullable ReadStatus status) {
		if (status == null) {
			return null;
		}
		return new ReadStatus(status.share(), status.source(), status.target(), status.fallback(), status.compared(),
				status.mismatched(), status.sourceLatency(), status.targetLatency(), null);
	}

	private static @Nullable VerificationStatus hide(@Nullable VerificationStatus status) {
		if (status == null) {
			return null;
		}
		return new VerificationStatus(status.parity(), status.compared(), status.missing(), status.orphan(),
				status.different(), status.repaired(), status.lastPass(), status.clean(), status.running(),
				status.samples()
					.stream()
					.map((row) -> new VerificationStatus.Divergence(null, row.kind(), row.firstSeen()))
					.toList());
	}

	/**
	 * A database's message names values of the row from its detail on.
	 */
	private static @Nullable String withoutDetail(@Nullable String error) {
		return (error != null) ? error.lines().findFirst().orElse("").replaceFirst("\\s*Detail: .*", "") : null;
	}

}
