package dev.parallelchange.benchmarks.report;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

import dev.parallelchange.benchmarks.Settings;

/**
 * What must be known to judge a figure, and nothing that names the machine.
 */
public final class Circumstances {

	private Circumstances() {
	}

	/**
	 * Describe them.
	 * @param settings how much was measured
	 * @return one line
	 */
	public static String of(Settings settings) {
		return String.format(Locale.ROOT,
				"%s, %d cores, %,d rows, median of %d rounds; PostgreSQL 18, Java %d, Spring Boot %s.",
				LocalDate.now(ZoneOffset.UTC), Runtime.getRuntime().availableProcessors(), settings.rows(),
				settings.rounds(), Runtime.version().feature(),
				org.springframework.boot.SpringBootVersion.getVersion());
	}

}
