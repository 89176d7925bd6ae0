/**
 * Tests of what the world is made of.
 */
@NullMarked
package dev.parallelchange.chaos.world;

import org.jspecify.annotations.NullMarked;
