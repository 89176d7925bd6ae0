package dev.parallelchange.migration;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a plan's rows are mirrored.
 *
 * @param kind who mirrors
 * @param active whether rows are mirrored at present
 * @param deferred whether mirror writes are deferred to pending keys
 * @param keys the keys mirrored by this instance
 * @param failures the keys that this instance could not mirror at once
 * @param pendingToTarget the pending keys that the target waits for
 * @param pendingToSource the pending keys that the source waits for
 * @param oldestPending the age of the oldest pending key; {@code null} if there is none
 * @param lastError the latest error of a pending key; {@code null} for none
 * @param refused the pending rows that were refused last, some of them
 * @param breaker whether this instance mirrors in the business transaction
 * @param jointTransactions the transactions that have written the source within one of
 * the caller, which will be two from {@code CUTOVER} on; {@code null} within one database
 */
public record MirrorStatus(MirrorKind kind, boolean active, boolean deferred, long keys, long failures,
		long pendingToTarget, long pendingToSource, @Nullable Duration oldestPending, @Nullable String lastError,
		List<RefusedRow> refused, BreakerState breaker, @Nullable Long jointTransactions) {

}
