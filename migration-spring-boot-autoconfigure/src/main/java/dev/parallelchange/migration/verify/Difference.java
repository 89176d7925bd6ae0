package dev.parallelchange.migration.verify;

import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.RowKey;

/**
 * A difference between both sides as one snapshot shows it.
 *
 * @param key the row's key
 * @param kind how the sides differ
 * @param pending whether the key waits for its mirror write in the same snapshot
 */
public record Difference(RowKey key, DivergenceKind kind, boolean pending) {

}
