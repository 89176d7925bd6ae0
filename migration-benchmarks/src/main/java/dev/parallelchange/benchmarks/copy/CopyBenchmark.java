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
 * The copy inside one database, and its competitors. Those that go row by row copy a part
 * of the rows only.
 */
public final class CopyBenchmark implements Benchmark {

	private static final String ONE = "one worker";

	private static final String TWO = "two workers";

	private static final String TRIGGERS = "one worker, triggers";

	private static final String TWO_SESSIONS = "two INSERT … SELECT";

	private static final String LOOP = "row by row";

	private static final String JOB = "Spring Batch";

	private static final int PART = 10;

	@Override
	public String name() {
		return "copy";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start()) {
			CopyTable table = CopyTable.sequential();
			table.createSource(database, settings.rows());
			Copies copies = new Copies(database, table, settings.rows());
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(Copies.INSERT, copies::insertSelect);
			contenders.put(ONE, () -> copies.library(Copies.workers(1, "proxies")));
			contenders.put(TWO, () -> copies.library(Copies.workers(2, "proxies")));
			contenders.put(TRIGGERS, () -> copies.library(Copies.workers(1, "triggers")));
			contenders.put(TWO_SESSIONS, copies::insertSelectByTwo);
			contenders.put(LOOP, () -> new RowLoop(copies).copy(settings.rows() / PART));
			contenders.put(JOB, () -> new BatchJob(copies).copy(settings.rows() / PART));
			return findings(Rounds.run(settings.rounds(), contenders));
		}
	}

	private static List<Finding> findings(Rounds rounds) {
		List<Finding> findings = new ArrayList<>();
		findings.add(rate(rounds, "copy, one worker", ONE, Copies.INSERT, Goal.atLeast(0.9)));
		findings.add(rate(rounds, "copy, two workers", TWO, Copies.INSERT, Goal.atLeast(1.3)));
		findings
			.add(rate(rounds, "two INSERT … SELECT, a half each, at once", TWO_SESSIONS, Copies.INSERT, Goal.STATED));
		findings
			.add(rate(rounds, "copy, one worker, triggers on both tables", TRIGGERS, Copies.INSERT, Goal.atLeast(0.9)));
		findings
			.add(Finding.ratio("WAL bytes per row", Copies.INSERT, rounds.ratio(ONE, Copies.INSERT, Sample::walPerRow),
					Goal.atMost(1.03), "%.1f against %.1f".formatted(rounds.median(ONE, Sample::walPerRow),
							rounds.median(Copies.INSERT, Sample::walPerRow))));
		findings.add(rate(rounds, "copy, one worker", ONE, LOOP, Goal.atLeast(10)));
		findings.add(rate(rounds, "copy, one worker", ONE, JOB, Goal.atLeast(5)));
		return findings;
	}

	static Finding rate(Rounds rounds, String what, String contender, String against, Goal goal) {
		return Finding.ratio(what, against, rounds.ratio(contender, against, Sample::rate), goal,
				"%,.0f against %,.0f rows/s".formatted(rounds.median(contender, Sample::rate),
						rounds.median(against, Sample::rate)));
	}

}
