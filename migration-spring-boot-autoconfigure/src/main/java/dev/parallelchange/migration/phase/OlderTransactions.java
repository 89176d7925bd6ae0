package dev.parallelchange.migration.phase;

import org.jspecify.annotations.Nullable;

/**
 * The transactions that began before the last instance acknowledged an epoch.
 *
 * @param ended whether all of them have ended
 * @param oldest the oldest one in words, with its process and age; {@code null} if there
 * is none or the database hides it
 * @param pid the process of the oldest one; {@code null} if there is none
 */
public record OlderTransactions(boolean ended, @Nullable String oldest, @Nullable Integer pid) {

}
