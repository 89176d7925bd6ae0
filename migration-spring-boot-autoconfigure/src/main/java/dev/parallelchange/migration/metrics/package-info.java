/**
 * Records meters with Micrometer.
 */
@NullMarked
package dev.parallelchange.migration.metrics;

import org.jspecify.annotations.NullMarked;
