/**
 * What scripts need of the database: claims, limits, indexes and the catalogue.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.script;

import org.jspecify.annotations.NullMarked;
