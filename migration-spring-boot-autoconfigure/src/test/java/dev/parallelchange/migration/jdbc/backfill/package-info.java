/**
 * Tests for the SQL of the library.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.backfill;

import org.jspecify.annotations.NullMarked;
