/**
 * Tests of what is found in scripts.
 */
@NullMarked
package dev.parallelchange.migration.script.review;

import org.jspecify.annotations.NullMarked;
