/**
 * Heartbeats and log positions.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.lag;

import org.jspecify.annotations.NullMarked;
