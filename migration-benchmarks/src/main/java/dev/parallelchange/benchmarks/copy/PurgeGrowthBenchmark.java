package dev.parallelchange.benchmarks.copy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.benchmarks.Benchmark;
import dev.parallelchange.benchmarks.Settings;
import dev.parallelchange.benchmarks.measure.Contender;
import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.measure.Goal;
import dev.parallelchange.benchmarks.measure.Rounds;
import dev.parallelchange.benchmarks.world.Database;

/**
 * Whether half of a large table is deleted as fast as half of a small one. Both are in
 * servers of their own, so that they can take turns.
 */
public final class PurgeGrowthBenchmark implements Benchmark {

	private static final long SMALL = 100_000;

	@Override
	public String name() {
		return "purge-growth";
	}

	@Override
	public List<Finding> run(Settings settings) {
		long small = Math.min(SMALL, settings.rows() / 10);
		try (Database one = Database.start(); Database other = Database.start()) {
			String few = "%,d rows".formatted(small);
			String many = "%,d rows".formatted(settings.rows());
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(few, () -> new Deletion(one, small).library(1));
			contenders.put(many, () -> new Deletion(other, settings.rows()).library(1));
			Rounds rounds = Rounds.run(settings.rounds(), contenders);
			return List.of(CopyBenchmark.rate(rounds, "purge of every other of " + many, many, few, Goal.atLeast(0.9)));
		}
	}

}
