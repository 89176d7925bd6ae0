package dev.parallelchange.migration.job;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Numbers as a person reads them.
 */
final class Numbers {

	private Numbers() {
	}

	static String rows(long rows) {
		return String.format(Locale.ROOT, "%,d", rows);
	}

	static String percent(double share) {
		return String.format(Locale.ROOT, "%.1f %%", share * 100);
	}

	static String bytes(long bytes) {
		if (bytes >= 1L << 30) {
			return String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1L << 30));
		}
		return (bytes >= 1 << 20) ? "%d MB".formatted(bytes >> 20) : "%d kB".formatted((bytes + 1023) >> 10);
	}

	/**
	 * The two largest units: nobody waits for the seconds of a day.
	 */
	static String duration(@Nullable Duration duration) {
		if (duration == null) {
			return "?";
		}
		long seconds = Math.max(0, duration.toSeconds());
		if (seconds >= 86400) {
			return "%d d %d h".formatted(seconds / 86400, seconds % 86400 / 3600);
		}
		if (seconds >= 3600) {
			return "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
		}
		return (seconds >= 60) ? "%d min %d s".formatted(seconds / 60, seconds % 60) : seconds + " s";
	}

}
