package dev.parallelchange.benchmarks.load;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * Transactions at a steady rate, with and without a copy of another table that begins
 * with them. Those that end after the copy do not count.
 */
public final class TrafficBenchmark implements Benchmark {

	private static final String QUIET = "without a copy";

	private static final String COPYING = "with a copy";

	private static final int PER_SECOND = 200;

	private static final int SECONDS = 10;

	private static final int SCALE = 5;

	private static final double P99 = 0.99;

	private final List<Long> copied = new ArrayList<>();

	@Override
	public String name() {
		return "traffic";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start()) {
			Optional<Pgbench> found = Pgbench.find(database.url());
			if (found.isEmpty()) {
				System.out.println("  skipped: pgbench is not installed; Debian has it in postgresql-15");
				return List.of();
			}
			Pgbench pgbench = found.get();
			pgbench.initialize(SCALE);
			CopyTable table = CopyTable.sequential();
			table.createSource(database, settings.rows());
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(QUIET, () -> p99(pgbench.run(PER_SECOND, SECONDS)));
			contenders.put(COPYING, () -> whileCopying(database, table, pgbench));
			Rounds rounds = Rounds.run(settings.rounds(), contenders);
			return List.of(Finding.ratio("p99 of %d transactions/s while a copy runs".formatted(PER_SECOND), QUIET,
					rounds.ratio(COPYING, QUIET, Sample::seconds), Goal.atMost(1.2),
					"%.2f against %.2f ms; %,d of %,d rows were copied meanwhile".formatted(
							rounds.median(COPYING, Sample::seconds) * 1e3, rounds.median(QUIET, Sample::seconds) * 1e3,
							Math.round(Median.of(this.copied.stream().map(Long::doubleValue).toList())),
							settings.rows())));
		}
	}

	private static Sample p99(Collection<Pgbench.Transaction> transactions) {
		return new Sample(transactions.size(),
				Median.quantile(transactions.stream().map(Pgbench.Transaction::seconds).toList(), P99), 0);
	}

	private Sample whileCopying(Database database, CopyTable table, Pgbench pgbench) {
		table.createTarget(database);
		database.forgetPlans();
		try (Application application = Application.start(database, table.plan())) {
			application.become(MigrationPhase.DUAL_WRITE);
			application.become(MigrationPhase.BACKFILL);
			List<Pgbench.Transaction> transactions = pgbench.run(PER_SECOND, SECONDS);
			ChunkTimes chunks = application.bean(ChunkTimes.class);
			this.copied.add(chunks.sizes().stream().mapToLong(Long::longValue).sum());
			return p99(transactions.stream()
				.filter((transaction) -> !transaction.end().isAfter(chunks.lastCommit()))
				.toList());
		}
	}

}
