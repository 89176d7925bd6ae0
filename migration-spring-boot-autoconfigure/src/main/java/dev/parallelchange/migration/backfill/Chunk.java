package dev.parallelchange.migration.backfill;

import org.jspecify.annotations.Nullable;

/**
 * A range of keys that is copied in one transaction.
 *
 * @param planId the plan's id
 * @param number the chunk's number
 * @param lowerKey the key, as JSON, behind which the chunk begins; {@code null} for the
 * first row
 * @param upperKey the last key, as JSON
 * @param rowCount the number of source rows when the chunk was marked out
 * @param attempts how often it has failed
 */
public record Chunk(String planId, long number, @Nullable String lowerKey, String upperKey, long rowCount,
		int attempts) {

}
