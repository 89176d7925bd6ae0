/**
 * Tests for the SQL of the library.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.sequence;

import org.jspecify.annotations.NullMarked;
