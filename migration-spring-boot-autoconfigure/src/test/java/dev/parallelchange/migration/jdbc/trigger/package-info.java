/**
 * Tests for the SQL of the library.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.trigger;

import org.jspecify.annotations.NullMarked;
