/**
 * What instances agree on: plans, leases, acknowledgements, fences.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.phase;

import org.jspecify.annotations.NullMarked;
