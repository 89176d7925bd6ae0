/**
 * What a plan costs the writes of the application.
 */
@NullMarked
package dev.parallelchange.benchmarks.write;

import org.jspecify.annotations.NullMarked;
