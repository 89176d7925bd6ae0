package dev.parallelchange.benchmarks.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.benchmarks.Benchmark;
import dev.parallelchange.benchmarks.Settings;
import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.measure.Contender;
import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.measure.Goal;
import dev.parallelchange.benchmarks.measure.Median;
import dev.parallelchange.benchmarks.measure.Rounds;
import dev.parallelchange.benchmarks.measure.Sample;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.ChunkTimes;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.MigrationPhase;

/**
 * The copy between columns of one table, against one statement that updates all rows, and
 * what it leaves of the table.
 */
public final class ColumnBenchmark implements Benchmark {

	private static final String UPDATE = "UPDATE";

	private static final String ONE = "one worker";

	private static final String TWO = "two workers";

	private static final String CENTS = "cast(orders.amount * 100 as bigint)";

	private final Map<String, List<Double>> bloat = new LinkedHashMap<>();

	@Override
	public String name() {
		return "column";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start(Map.of("autovacuum_naptime", "1s"), 0)) {
			database.execute("create extension if not exists pgstattuple");
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(UPDATE, () -> update(database, settings.rows()));
			contenders.put(ONE, () -> copy(database, settings.rows(), 1));
			contenders.put(TWO, () -> copy(database, settings.rows(), 2));
			return findings(Rounds.run(settings.rounds(), contenders));
		}
	}

	private List<Finding> findings(Rounds rounds) {
		List<Finding> findings = new ArrayList<>();
		for (String contender : List.of(ONE, TWO)) {
			findings.add(Finding.ratio("column plan, " + contender, "one UPDATE of the table",
					rounds.ratio(contender, UPDATE, Sample::rate), Goal.atLeast(0.6),
					"%,.0f against %,.0f rows/s; WAL %.1f against %.1f bytes/row".formatted(
							rounds.median(contender, Sample::rate), rounds.median(UPDATE, Sample::rate),
							rounds.median(contender, Sample::walPerRow), rounds.median(UPDATE, Sample::walPerRow))));
		}
		findings.add(Finding.ratio("size of the table after autovacuum, one worker", "its rows alone", bloat(ONE),
				Goal.atMost(1.2), "one UPDATE leaves %.2f".formatted(bloat(UPDATE))));
		return findings;
	}

	private double bloat(String contender) {
		return Median.of(this.bloat.getOrDefault(contender, List.of(Double.NaN)));
	}

	private static void createTable(Database database, long rows) {
		CopyTable.sequential().createSource(database, rows);
		database.execute("alter table orders add amount_cents bigint", "checkpoint");
	}

	private Sample update(Database database, long rows) {
		createTable(database, rows);
		long wal = database.walPosition();
		long start = System.nanoTime();
		database.execute("update orders set amount_cents = " + CENTS);
		Sample sample = new Sample(rows, (System.nanoTime() - start) / 1e9, database.walPosition() - wal);
		measureBloat(database, UPDATE);
		return sample;
	}

	private Sample copy(Database database, long rows, int workers) {
		createTable(database, rows);
		database.forgetPlans();
		try (Application application = Application.start(database,
				Map.of("table", "orders", "mapping.amount_cents", "cast(source.amount * 100 as bigint)",
						"reverse.amount", "target.amount_cents / 100.0", "backfill.max-concurrency",
						String.valueOf(workers)))) {
			application.become(MigrationPhase.DUAL_WRITE);
			long wal = database.walPosition();
			double seconds = database.profiled("the copy", () -> {
				application.request(MigrationPhase.BACKFILL);
				return application.bean(ChunkTimes.class).await(rows, Application.PATIENCE);
			});
			Sample sample = new Sample(rows, seconds, database.walPosition() - wal);
			measureBloat(database, (workers == 1) ? ONE : TWO);
			return sample;
		}
	}

	/**
	 * The rows are wider than they were, so what they take when nothing is between them
	 * is the measure.
	 */
	private void measureBloat(Database database, String contender) {
		database.execute("vacuum orders");
		long left = size(database);
		database.execute("vacuum full orders");
		this.bloat.computeIfAbsent(contender, (name) -> new ArrayList<>()).add((double) left / size(database));
	}

	private static long size(Database database) {
		return database.number("select table_len from pgstattuple('orders')");
	}

}
