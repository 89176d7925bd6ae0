package dev.parallelchange.migration.model;

import dev.parallelchange.migration.MigrationSide;

/**
 * The rows that business transactions hold locked.
 */
@FunctionalInterface
interface Locks {

	boolean isLocked(State state, MigrationSide side);

}
