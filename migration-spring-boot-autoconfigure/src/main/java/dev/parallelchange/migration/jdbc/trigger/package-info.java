/**
 * Triggers that mirror in the database.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.trigger;

import org.jspecify.annotations.NullMarked;
