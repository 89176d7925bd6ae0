/**
 * Tests of how sources are given up.
 */
@NullMarked
package dev.parallelchange.migration.contract;

import org.jspecify.annotations.NullMarked;
