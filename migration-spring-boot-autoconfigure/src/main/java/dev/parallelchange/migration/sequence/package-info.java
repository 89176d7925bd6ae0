/**
 * Keeps the sequences of both sides from handing out the same key.
 */
@NullMarked
package dev.parallelchange.migration.sequence;

import org.jspecify.annotations.NullMarked;
