/**
 * Passes over all rows, and the copy between columns of one table.
 */
@NullMarked
package dev.parallelchange.benchmarks.verify;

import org.jspecify.annotations.NullMarked;
