package dev.parallelchange.chaos.load;

import org.jspecify.annotations.Nullable;

/**
 * A row as callers see it, on either side.
 *
 * @param id its key
 * @param version names the write that made it
 * @param previous the version that this write replaced; {@code null} if it inserted
 * @param n grows by one with each write since the row was inserted
 * @param writer who made the write
 */
public record Row(long id, String version, @Nullable String previous, long n, String writer) {

}
