/**
 * What all SQL shares: the databases, a plan's names and columns, locks and limits. The
 * parts below hold the statements of each engine.
 */
@NullMarked
package dev.parallelchange.migration.jdbc;

import org.jspecify.annotations.NullMarked;
