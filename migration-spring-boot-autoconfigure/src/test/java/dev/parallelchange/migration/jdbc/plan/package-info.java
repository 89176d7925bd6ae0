/**
 * Tests for the SQL of the library.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.plan;

import org.jspecify.annotations.NullMarked;
