/**
 * Derives what a plan leaves open from the tables of its sides, and checks it.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.plan;

import org.jspecify.annotations.NullMarked;
