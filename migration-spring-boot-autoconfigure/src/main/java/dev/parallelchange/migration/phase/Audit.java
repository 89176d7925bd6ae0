package dev.parallelchange.migration.phase;

/**
 * Who changed something, and why.
 *
 * @param actor who
 * @param reason why; empty if no reason was given
 */
public record Audit(String actor, String reason) {

}
