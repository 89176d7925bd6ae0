/**
 * Tests of the embedded cluster, on real servers.
 */
@NullMarked
package dev.parallelchange.postgres;

import org.jspecify.annotations.NullMarked;
