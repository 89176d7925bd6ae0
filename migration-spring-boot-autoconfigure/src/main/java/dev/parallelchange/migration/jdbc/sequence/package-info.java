/**
 * Values of sequences, and proofs of the reverse.
 */
@NullMarked
package dev.parallelchange.migration.jdbc.sequence;

import org.jspecify.annotations.NullMarked;
