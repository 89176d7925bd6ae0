/**
 * Applications that run a job and end.
 */
@NullMarked
package dev.parallelchange.migration.job;

import org.jspecify.annotations.NullMarked;
