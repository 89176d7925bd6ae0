/**
 * Takes flags from OpenFeature.
 */
@NullMarked
package dev.parallelchange.migration.openfeature;

import org.jspecify.annotations.NullMarked;
