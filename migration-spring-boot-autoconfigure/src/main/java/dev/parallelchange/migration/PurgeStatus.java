package dev.parallelchange.migration;

import java.time.Instant;

/**
 * How far a purge is, as counted in the database.
 *
 * @param moment the time that {@code now()} means in its condition, for as long as it
 * runs
 * @param matched the rows that the condition held for when it began
 * @param left the rows that the condition held for when they were counted last
 * @param countedAt when that was
 * @param round how often it goes through the table; rows that came to match behind it, or
 * were locked, are deleted in a further round
 */
public record PurgeStatus(Instant moment, long matched, long left, Instant countedAt, int round) {

}
