/**
 * The database and the application that are measured.
 */
@NullMarked
package dev.parallelchange.benchmarks.world;

import org.jspecify.annotations.NullMarked;
