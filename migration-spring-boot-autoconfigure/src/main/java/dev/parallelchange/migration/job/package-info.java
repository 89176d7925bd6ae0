/**
 * Runs one command on the plans and ends the application: what a pipeline does.
 */
@NullMarked
package dev.parallelchange.migration.job;

import org.jspecify.annotations.NullMarked;
