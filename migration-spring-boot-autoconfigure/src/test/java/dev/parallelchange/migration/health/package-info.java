/**
 * The health contributor.
 */
@NullMarked
package dev.parallelchange.migration.health;

import org.jspecify.annotations.NullMarked;
