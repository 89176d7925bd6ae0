/**
 * Tests for the SQL of the library.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.mirror;

import org.jspecify.annotations.NullMarked;
