package dev.parallelchange.migration;

import java.math.BigDecimal;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Where this instance's reads went.
 *
 * @param share the share, in per cent, that an operator or the configuration gives to the
 * target; {@code null} if a flag server decides
 * @param source the reads answered by the source
 * @param target the reads answered by the target
 * @param fallback the reads that found nothing on the target and asked the source
 * @param failed the reads that failed in the database of the target
 * @param compared the reads compared on both sides, in the whole cluster since
 * {@link MigrationPhase#DUAL_READ} was entered
 * @param mismatched the compared reads that differed
 * @param sourceLatency the mean latency of the source; {@code null} before the first read
 * @param targetLatency the mean latency of the target; {@code null} before the first read
 * @param lastMismatch the latest mismatch in words; {@code null} for none
 * @param note why the source answers all reads, and what to do; {@code null} if that is
 * not so
 */
public record ReadStatus(@Nullable BigDecimal share, long source, long target, long fallback, long failed,
		long compared, long mismatched, @Nullable Duration sourceLatency, @Nullable Duration targetLatency,
		@Nullable String lastMismatch, @Nullable String note) {

}
