/**
 * What a copy does to others: traffic, replicas, memory.
 */
@NullMarked
package dev.parallelchange.benchmarks.load;

import org.jspecify.annotations.NullMarked;
