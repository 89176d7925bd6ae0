package dev.parallelchange.migration.phase;

import dev.parallelchange.migration.MigrationPhase;

/**
 * One step of a plan to an adjacent phase.
 *
 * @param planId the plan's id
 * @param from the phase that is left
 * @param to the phase that is entered
 * @param epoch the epoch that ends
 * @param fenced whether no writer of the epoch that ends may commit any more
 * @param action what the history calls it
 * @param audit who asked for it and why
 * @param gates the gates' numbers as JSON
 */
public record Transition(String planId, MigrationPhase from, MigrationPhase to, long epoch, boolean fenced,
		String action, Audit audit, String gates) {

}
