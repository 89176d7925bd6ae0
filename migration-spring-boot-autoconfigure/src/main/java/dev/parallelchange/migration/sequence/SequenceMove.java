package dev.parallelchange.migration.sequence;

import dev.parallelchange.migration.MigrationSide;

/**
 * A jump of one side's sequence over the other's.
 *
 * @param side the side whose sequence jumps
 * @param to the value that it is set to
 */
public record SequenceMove(MigrationSide side, long to) {

}
