/**
 * Tests of plans with a transformer.
 */
@NullMarked
package dev.parallelchange.migration.transform;

import org.jspecify.annotations.NullMarked;
