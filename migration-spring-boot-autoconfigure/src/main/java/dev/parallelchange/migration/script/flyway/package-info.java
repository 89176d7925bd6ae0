/**
 * Runs scripts by Flyway.
 */
@NullMarked
package dev.parallelchange.migration.script.flyway;

import org.jspecify.annotations.NullMarked;
