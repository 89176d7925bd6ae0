/**
 * Writes the other side of a written row, at once or later.
 */
@NullMarked
package dev.parallelchange.migration.mirror;

import org.jspecify.annotations.NullMarked;
