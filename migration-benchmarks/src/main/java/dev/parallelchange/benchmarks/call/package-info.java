/**
 * What a call through a proxy costs.
 */
@NullMarked
package dev.parallelchange.benchmarks.call;

import org.jspecify.annotations.NullMarked;
