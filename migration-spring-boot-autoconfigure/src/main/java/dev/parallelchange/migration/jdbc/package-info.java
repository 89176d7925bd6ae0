/**
 * Every SQL text: mapping statements, the stores of the engines, the catalogue.
 */
@NullMarked
package dev.parallelchange.migration.jdbc;

import org.jspecify.annotations.NullMarked;
