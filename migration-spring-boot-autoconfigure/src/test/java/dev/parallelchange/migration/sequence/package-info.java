/**
 * Tests of the sequences of both sides.
 */
@NullMarked
package dev.parallelchange.migration.sequence;

import org.jspecify.annotations.NullMarked;
