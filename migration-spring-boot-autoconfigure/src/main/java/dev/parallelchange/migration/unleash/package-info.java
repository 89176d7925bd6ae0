/**
 * Takes flags from Unleash.
 */
@NullMarked
package dev.parallelchange.migration.unleash;

import org.jspecify.annotations.NullMarked;
