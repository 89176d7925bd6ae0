/**
 * Copies existing rows in chunks, and pauses when it would do harm.
 */
@NullMarked
package dev.parallelchange.migration.backfill;

import org.jspecify.annotations.NullMarked;
