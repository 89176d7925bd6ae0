package dev.parallelchange.chaos.load;

import org.jspecify.annotations.Nullable;

/**
 * What the database says of a row that a statement has written.
 *
 * @param id its key
 * @param previous the version that was replaced; {@code null} if there was no row
 * @param n the row's number after the write, or the last one of a deleted row
 */
record Written(long id, @Nullable String previous, long n) {

}
