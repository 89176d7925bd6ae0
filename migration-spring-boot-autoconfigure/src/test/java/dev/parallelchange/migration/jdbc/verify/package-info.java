/**
 * Tests for the SQL of the library.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.verify;

import org.jspecify.annotations.NullMarked;
