/**
 * Sessions, waits for locks and commits.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.load;

import org.jspecify.annotations.NullMarked;
