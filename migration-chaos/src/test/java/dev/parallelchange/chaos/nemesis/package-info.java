/**
 * Tests of schedules.
 */
@NullMarked
package dev.parallelchange.chaos.nemesis;

import org.jspecify.annotations.NullMarked;
