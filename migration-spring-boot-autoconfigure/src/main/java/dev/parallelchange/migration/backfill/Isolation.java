package dev.parallelchange.migration.backfill;

/**
 * What has become of a chunk that fails on its rows.
 *
 * @param quarantined whether its only row is in quarantine now
 * @param unreviewed the rows put into quarantine since the copy last paused for that
 * @param rowsEstimated the rows of the source, estimated
 */
public record Isolation(boolean quarantined, long unreviewed, long rowsEstimated) {

}
