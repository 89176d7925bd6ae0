/**
 * The copy of existing rows, and what it is compared with.
 */
@NullMarked
package dev.parallelchange.benchmarks.copy;

import org.jspecify.annotations.NullMarked;
