/**
 * Meters of a running application.
 */
@NullMarked
package dev.parallelchange.migration.metrics;

import org.jspecify.annotations.NullMarked;
