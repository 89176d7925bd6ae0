/**
 * Measures how much a HikariCP pool is in demand.
 */
@NullMarked
package dev.parallelchange.migration.hikari;

import org.jspecify.annotations.NullMarked;
