/**
 * What is there before the service starts, and outlives its releases: the database with
 * data as production has it.
 */
@NullMarked
package dev.parallelchange.sample.world;

import org.jspecify.annotations.NullMarked;
