/**
 * Sends reads and writes of repositories to a side, and compares reads.
 */
@NullMarked
package dev.parallelchange.migration.routing;

import org.jspecify.annotations.NullMarked;
