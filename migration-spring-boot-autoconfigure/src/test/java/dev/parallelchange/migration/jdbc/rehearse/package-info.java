/**
 * Tests for the SQL of rehearsals.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.rehearse;

import org.jspecify.annotations.NullMarked;
