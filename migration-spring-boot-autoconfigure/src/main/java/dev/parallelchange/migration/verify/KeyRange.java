package dev.parallelchange.migration.verify;

import dev.parallelchange.migration.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys that one chunk of a pass compares.
 *
 * @param lower the key above which it begins; {@code null} if it is open below
 * @param upper the last key in it; {@code null} if it is open above
 */
public record KeyRange(@Nullable RowKey lower, @Nullable RowKey upper) {

	/**
	 * Return whether nothing comes after this range.
	 * @return {@code true} if it is open above
	 */
	public boolean isLast() {
		return this.upper == null;
	}

}
