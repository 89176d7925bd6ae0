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
 * The copy through a transformer within one database, against one {@code COPY} that is
 * piped into another.
 */
public final class TransformerBenchmark implements Benchmark {

	private static final String ONE = "one worker";

	private static final String TWO = "two workers";

	@Override
	public String name() {
		return "transformer";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start()) {
			CopyTable table = CopyTable.sequential();
			table.createSource(database, settings.rows());
			Copies copies = new Copies(database, table, settings.rows());
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(CopyPipe.NAME, () -> {
				table.createTarget(database);
				return copies.timed(settings.rows(), () -> new CopyPipe(table).run(database.url(), database.url()));
			});
			contenders.put(ONE, () -> copies.transformed(Copies.workers(1, "proxies")));
			contenders.put(TWO, () -> copies.transformed(Copies.workers(2, "proxies")));
			Rounds rounds = Rounds.run(settings.rounds(), contenders);
			return List.of(
					CopyBenchmark.rate(rounds, "copy through a transformer, one worker", ONE, CopyPipe.NAME,
							Goal.atLeast(0.6)),
					CopyBenchmark.rate(rounds, "copy through a transformer, two workers", TWO, CopyPipe.NAME,
							Goal.atLeast(0.6)));
		}
	}

}
