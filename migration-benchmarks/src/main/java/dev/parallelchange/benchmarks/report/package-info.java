/**
 * Writes what was measured into the documentation.
 */
@NullMarked
package dev.parallelchange.benchmarks.report;

import org.jspecify.annotations.NullMarked;
