/**
 * Tests of the copy, on a real database.
 */
@NullMarked
package dev.parallelchange.migration.backfill;

import org.jspecify.annotations.NullMarked;
