/**
 * Passes that compare both sides, and what they found.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.verify;

import org.jspecify.annotations.NullMarked;
