package dev.parallelchange.benchmarks;

import java.nio.file.Path;

/**
 * How much is measured, how often.
 *
 * @param rows the rows of the largest table
 * @param rounds the runs of each contender
 * @param docs the folder of the documentation
 */
public record Settings(long rows, int rounds, Path docs) {

	static Settings fromSystemProperties() {
		return new Settings(Long.getLong("benchmark.rows", 200_000), Integer.getInteger("benchmark.rounds", 3),
				Path.of(System.getProperty("benchmark.docs", "docs")));
	}

}
