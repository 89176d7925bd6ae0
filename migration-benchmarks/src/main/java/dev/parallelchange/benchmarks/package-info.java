/**
 * Measures the library against what its goals compare it with.
 */
@NullMarked
package dev.parallelchange.benchmarks;

import org.jspecify.annotations.NullMarked;
