package dev.parallelchange.migration;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Whether the reverse of a plan has been shown to be the inverse of its mapping on real
 * rows.
 *
 * @param tried the number of target rows that were tried
 * @param failed the number of those that would not come back
 * @param all whether these were all rows; otherwise a sample of them
 * @param measuredAt when it was measured
 * @param samples keys of rows that would not come back; empty if row values are hidden
 * @param error why rows could not be tried; {@code null} if they could
 */
public record ReverseStatus(long tried, long failed, boolean all, Instant measuredAt, List<String> samples,
		@Nullable String error) {

	public ReverseStatus {
		samples = List.copyOf(samples);
	}

	/**
	 * Return whether the way back is proven.
	 * @return {@code true} if no row has failed
	 */
	public boolean provesTheWayBack() {
		return this.failed == 0 && this.error == null;
	}

}
