/**
 * Starts of a whole application.
 */
@NullMarked
package dev.parallelchange.migration.startup;

import org.jspecify.annotations.NullMarked;
