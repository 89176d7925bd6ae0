package dev.parallelchange.migration;

import java.time.Duration;

/**
 * What a copy will take, reckoned from rows that were written to a temporary table.
 *
 * @param rows the rows to copy, as far as the database knows
 * @param rowsPerSecond the rows that one worker wrote in a second, without a log and
 * without anybody beside it
 * @param duration the time for all rows at that speed, or at the rate limit
 * @param walBytes the bytes that will be written to the write-ahead log
 * @param diskBytes the bytes that table and indexes will grow by
 */
public record CopyEstimate(long rows, double rowsPerSecond, Duration duration, long walBytes, long diskBytes) {

}
