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
import dev.parallelchange.benchmarks.measure.Sample;
import dev.parallelchange.benchmarks.world.Database;

/**
 * The deletion of half of a table's rows, against one statement and against the loop that
 * is usual.
 */
public final class PurgeBenchmark implements Benchmark {

	private static final String DELETE = "one DELETE";

	private static final String LOOP = "DELETE … LIMIT 1000";

	private static final String ONE = "one worker";

	private static final String TWO = "two workers";

	@Override
	public String name() {
		return "purge";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start()) {
			Deletion deletion = new Deletion(database, settings.rows());
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(DELETE, deletion::statement);
			contenders.put(ONE, () -> deletion.library(1));
			contenders.put(TWO, () -> deletion.library(2));
			contenders.put(LOOP, deletion::loop);
			return findings(Rounds.run(settings.rounds(), contenders));
		}
	}

	private static List<Finding> findings(Rounds rounds) {
		return List.of(CopyBenchmark.rate(rounds, "purge, one worker", ONE, DELETE, Goal.atLeast(0.5)),
				CopyBenchmark.rate(rounds, "purge, two workers", TWO, DELETE, Goal.atLeast(0.6)),
				CopyBenchmark.rate(rounds, "purge, one worker", ONE, LOOP, Goal.atLeast(1)),
				Finding.ratio("WAL bytes per row", DELETE, rounds.ratio(ONE, DELETE, Sample::walPerRow),
						Goal.atMost(2.5), "%.1f against %.1f".formatted(rounds.median(ONE, Sample::walPerRow),
								rounds.median(DELETE, Sample::walPerRow))));
	}

}
