package dev.parallelchange.migration.test.example.jdbc;

/**
 * The settings of a user.
 *
 * @param userId the user's id
 * @param theme the theme
 */
public record Settings(long userId, String theme) {
}
