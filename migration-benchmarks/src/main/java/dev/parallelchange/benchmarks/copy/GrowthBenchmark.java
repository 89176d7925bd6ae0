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
 * Whether a large table is copied as fast as a small one. Both are in servers of their
 * own, so that they can take turns.
 */
public final class GrowthBenchmark implements Benchmark {

	private static final long SMALL = 100_000;

	@Override
	public String name() {
		return "growth";
	}

	@Override
	public List<Finding> run(Settings settings) {
		long small = Math.min(SMALL, settings.rows() / 10);
		try (Database one = Database.start(); Database other = Database.start()) {
			String few = "%,d rows".formatted(small);
			String many = "%,d rows".formatted(settings.rows());
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(few, contender(one, small));
			contenders.put(many, contender(other, settings.rows()));
			Rounds rounds = Rounds.run(settings.rounds(), contenders);
			return List.of(CopyBenchmark.rate(rounds, "copy of " + many, many, few, Goal.atLeast(0.9)));
		}
	}

	private static Contender contender(Database database, long rows) {
		CopyTable table = CopyTable.sequential();
		table.createSource(database, rows);
		Copies copies = new Copies(database, table, rows);
		return () -> copies.library(Copies.workers(1, "proxies"));
	}

}
