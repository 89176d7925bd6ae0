/**
 * Moves plans through their phases: state machine, gates, agreement of the instances.
 */
@NullMarked
package dev.parallelchange.migration.phase;

import org.jspecify.annotations.NullMarked;
