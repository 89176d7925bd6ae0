/**
 * Measures the load of the database, and pauses copies when it is too high.
 */
@NullMarked
package dev.parallelchange.migration.load;

import org.jspecify.annotations.NullMarked;
