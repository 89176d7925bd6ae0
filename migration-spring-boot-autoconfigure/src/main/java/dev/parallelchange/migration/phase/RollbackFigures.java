package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorStatus;
import dev.parallelchange.migration.ReadStatus;
import dev.parallelchange.migration.ReplicationStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at to decide whether a plan must go back.
 *
 * @param compared the reads compared in the whole cluster
 * @param mismatched those that differed
 * @param used this instance's reads of the target and mirror writes to it
 * @param failed those that failed
 * @param lag the lag of the slowest replica; zero if unknown
 * @param pendingAge the age of the oldest pending key; zero if there is none
 */
record RollbackFigures(long compared, long mismatched, long used, long failed, Duration lag, Duration pendingAge) {

	static RollbackFigures of(MigrationStatus status) {
		ReadStatus reads = status.reads();
		MirrorStatus mirror = status.mirror();
		long failed = (reads != null) ? reads.failed() : 0;
		long used = failed + ((reads != null) ? reads.target() : 0);
		if (mirror != null && status.phase() == MigrationPhase.DUAL_READ) {
			failed += mirror.failures();
			used += mirror.keys() + mirror.failures();
		}
		return new RollbackFigures((reads != null) ? reads.compared() : 0, (reads != null) ? reads.mismatched() : 0,
				used, failed, lag(status.replication()),
				(mirror != null && mirror.oldestPending() != null) ? mirror.oldestPending() : Duration.ZERO);
	}

	private static Duration lag(@Nullable ReplicationStatus replication) {
		return (replication == null) ? Duration.ZERO
				: replication.replicas()
					.stream()
					.map(ReplicationStatus.Replica::lag)
					.filter(Objects::nonNull)
					.max(Comparator.naturalOrder())
					.orElse(Duration.ZERO);
	}

}
