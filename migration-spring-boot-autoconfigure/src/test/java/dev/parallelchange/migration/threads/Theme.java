package dev.parallelchange.migration.threads;

/**
 * The theme of a user.
 *
 * @param userId the user's id
 * @param name the theme's name
 */
public record Theme(long userId, String name) {
}
