/**
 * Tests of what scripts need of the database.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.script;

import org.jspecify.annotations.NullMarked;
