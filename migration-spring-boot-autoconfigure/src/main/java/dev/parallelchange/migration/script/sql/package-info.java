/**
 * Reads SQL scripts: tokens, statements, and the few statements that are looked at in
 * detail.
 */
@NullMarked
package dev.parallelchange.migration.script.sql;

import org.jspecify.annotations.NullMarked;
