/**
 * The tables of plans as the catalogue describes them.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.drift;

import org.jspecify.annotations.NullMarked;
