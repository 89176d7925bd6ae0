package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * The sequences that both sides take the values of one column from.
 *
 * @param column the source's column
 * @param source the source's sequence; {@code null} if none is known
 * @param sourceLast the latest value of the source's sequence; {@code null} if unknown
 * @param target the target's sequence; {@code null} if none is known
 * @param targetLast the latest value of the target's sequence; {@code null} if unknown
 * @param apart how many keys are free before they meet; {@code null} if they cannot meet
 * or if that is unknown
 * @param needed how many keys must be free; {@code null} if they cannot meet or if that
 * is unknown
 */
public record SequenceStatus(String column, @Nullable String source, @Nullable Long sourceLast, @Nullable String target,
		@Nullable Long targetLast, @Nullable Long apart, @Nullable Long needed) {

}
