package dev.parallelchange.benchmarks.copy;

import java.util.ArrayList;
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
 * The copy of rows of other kinds by one worker, each against one statement.
 */
public final class ShapesBenchmark implements Benchmark {

	private static final String ONE = "one worker";

	@Override
	public String name() {
		return "shapes";
	}

	@Override
	public List<Finding> run(Settings settings) {
		List<Finding> findings = new ArrayList<>();
		try (Database database = Database.start()) {
			findings.addAll(compare(database, CopyTable.uuid(), settings, 0.75));
			for (CopyTable table : List.of(CopyTable.composite(), CopyTable.text(), CopyTable.wide(),
					CopyTable.indexed())) {
				findings.addAll(compare(database, table, settings, 0.6));
			}
		}
		try (Database database = Database.start(Map.of("shared_buffers", "16MB"), 0)) {
			findings
				.addAll(compare(database, CopyTable.sequential("a source larger than shared_buffers"), settings, 0.6));
		}
		return findings;
	}

	private static List<Finding> compare(Database database, CopyTable table, Settings settings, double goal) {
		System.out.println(" " + table.title());
		table.createSource(database, settings.rows());
		Copies copies = new Copies(database, table, settings.rows());
		Map<String, Contender> contenders = new LinkedHashMap<>();
		contenders.put(Copies.INSERT, copies::insertSelect);
		contenders.put(ONE, () -> copies.library(Copies.workers(1, "proxies")));
		Rounds rounds = Rounds.run(settings.rounds(), contenders);
		double wal = rounds.ratio(ONE, Copies.INSERT, Sample::walPerRow);
		Finding rate = CopyBenchmark.rate(rounds, "copy, " + table.title(), ONE, Copies.INSERT, Goal.atLeast(goal));
		return List.of(Finding.ratio(rate.what(), rate.against(), rate.value(), rate.goal(),
				"%s; WAL %s".formatted(rate.detail(), Finding.format(wal))));
	}

}
