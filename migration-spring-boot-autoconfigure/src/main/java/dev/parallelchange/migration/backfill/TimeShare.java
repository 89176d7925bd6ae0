package dev.parallelchange.migration.backfill;

import java.time.Duration;

/**
 * How much of its time a worker copies: all of it on an idle database, the less the
 * nearer a signal comes to its limit, and the stated share there, above which it stands.
 */
final class TimeShare {

	private TimeShare() {
	}

	/**
	 * Return how long a worker rests after a chunk.
	 * @param atLimit the share of the time that it copies at the limit, above 0
	 * @param load how near the nearest signal is to its limit, from 0 to 1
	 * @param worked the duration of the chunk
	 * @return the duration of the rest
	 */
	static Duration rest(double atLimit, double load, Duration worked) {
		double share = 1 - (1 - atLimit) * Math.max(0, Math.min(1, load));
		return Duration.ofNanos((long) (worked.toNanos() * (1 - share) / share));
	}

}
