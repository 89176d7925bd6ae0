/**
 * A PostgreSQL primary and its streaming replicas, run from binaries on the class path.
 */
@NullMarked
package dev.parallelchange.postgres;

import org.jspecify.annotations.NullMarked;
