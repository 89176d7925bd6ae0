package dev.parallelchange.migration.routing;

/**
 * What the tests read and write.
 *
 * @param id the key
 * @param theme the value
 */
public record Settings(Long id, String theme) {
}
