/**
 * Rows derived from the other side, pending keys, and conflicts.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.mirror;

import org.jspecify.annotations.NullMarked;
