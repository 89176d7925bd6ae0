package dev.parallelchange.migration.phase;

import dev.parallelchange.migration.MigrationPhase;

/**
 * A phase that somebody wants.
 *
 * @param phase the phase
 * @param by who wants it
 * @param reason why
 */
record Wish(MigrationPhase phase, String by, String reason) {

}
