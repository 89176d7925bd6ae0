/**
 * A small application whose themes move into a table of their own.
 */
@NullMarked
package dev.parallelchange.migration.endtoend.themes;

import org.jspecify.annotations.NullMarked;
