/**
 * Tests of the sample's traffic.
 */
@NullMarked
package dev.parallelchange.sample.traffic;

import org.jspecify.annotations.NullMarked;
