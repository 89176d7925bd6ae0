/**
 * The SQL that rehearses plans in temporary tables.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.rehearse;

import org.jspecify.annotations.NullMarked;
