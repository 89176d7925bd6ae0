package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * A row that one side could not take as the other has it.
 *
 * @param key the row's key; {@code null} if row values are hidden
 * @param side the side that refused it; for a plan that deletes rows the target, which it
 * does not have
 * @param error the database's message
 * @param statement the statement that shows the row where it is as it was written;
 * {@code null} if row values are hidden
 */
public record RefusedRow(@Nullable String key, MigrationSide side, String error, @Nullable String statement) {

}
