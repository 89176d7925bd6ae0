/**
 * Tests for changes of tables in the middle of a run.
 */
@NullMarked
package dev.parallelchange.migration.drift;

import org.jspecify.annotations.NullMarked;
