/**
 * Tests of the runs, and the runs.
 */
@NullMarked
package dev.parallelchange.chaos;

import org.jspecify.annotations.NullMarked;
