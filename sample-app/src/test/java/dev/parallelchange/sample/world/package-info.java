/**
 * Tests of the sample's world.
 */
@NullMarked
package dev.parallelchange.sample.world;

import org.jspecify.annotations.NullMarked;
