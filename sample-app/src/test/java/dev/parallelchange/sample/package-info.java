/**
 * Tests that start the sample as a user does.
 */
@NullMarked
package dev.parallelchange.sample;

import org.jspecify.annotations.NullMarked;
