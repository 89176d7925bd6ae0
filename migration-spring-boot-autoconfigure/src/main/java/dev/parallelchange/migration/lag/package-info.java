/**
 * Measures how far replicas are behind.
 */
@NullMarked
package dev.parallelchange.migration.lag;

import org.jspecify.annotations.NullMarked;
