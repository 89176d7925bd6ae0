/**
 * What is done to the world, and when.
 */
@NullMarked
package dev.parallelchange.chaos.nemesis;

import org.jspecify.annotations.NullMarked;
