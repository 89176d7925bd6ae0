/**
 * Tests of the replication lag, on real replicas.
 */
@NullMarked
package dev.parallelchange.migration.lag;

import org.jspecify.annotations.NullMarked;
