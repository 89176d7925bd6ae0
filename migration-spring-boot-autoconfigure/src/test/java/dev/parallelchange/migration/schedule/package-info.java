/**
 * The schedules of {@code docs/schedules.md}: interleavings that must lose nothing, by
 * the ids of their rows.
 */
@NullMarked
package dev.parallelchange.migration.schedule;

import org.jspecify.annotations.NullMarked;
