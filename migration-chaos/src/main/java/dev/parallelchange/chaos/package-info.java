/**
 * Runs migrations in several JVMs under random failures.
 */
@NullMarked
package dev.parallelchange.chaos;

import org.jspecify.annotations.NullMarked;
