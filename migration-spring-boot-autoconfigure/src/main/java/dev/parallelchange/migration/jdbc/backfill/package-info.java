/**
 * Progress of copies, and the statements that copy a chunk.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.backfill;

import org.jspecify.annotations.NullMarked;
