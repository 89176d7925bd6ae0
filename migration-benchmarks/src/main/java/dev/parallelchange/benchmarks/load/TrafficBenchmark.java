package dev.parallelchange.benchmarks.load;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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

	private static final String GENTLE = "with a gentle copy";

	private static final Map<String, String> GENTLY = Map.of("backfill.rate-limit", "10000",
			"backfill.target-batch-duration", "5ms", "backfill.batch-size", "100");

	private static final String INSERTING = "with one INSERT … SELECT";

	private static final int PER_SECOND = 200;

	private static final int SECONDS = 10;

	private static final int SCALE = 5;

	private static final double P99 = 0.99;

	private final Map<String, List<Double>> copied = new HashMap<>();

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
			contenders.put(COPYING, () -> whileCopying(COPYING, database, table, Map.of(), pgbench));
			contenders.put(GENTLE, () -> whileCopying(GENTLE, database, table, GENTLY, pgbench));
			contenders.put(INSERTING, () -> whileInserting(database, table, pgbench));
			Rounds rounds = Rounds.run(settings.rounds(), contenders);
			return List.of(
					finding(rounds, "a copy with default settings runs", COPYING, Goal.atMost(1.2), settings.rows()),
					finding(rounds, "a copy of 10,000 rows/s in chunks of 5 ms runs", GENTLE, Goal.atMost(1.2),
							settings.rows()),
					Finding.ratio("the same while one INSERT … SELECT runs", QUIET,
							rounds.ratio(INSERTING, QUIET, Sample::seconds), Goal.STATED,
							milliseconds(rounds, INSERTING)));
		}
	}

	private Finding finding(Rounds rounds, String what, String contender, Goal goal, long rows) {
		return Finding.ratio("p99 of %d transactions/s while %s".formatted(PER_SECOND, what), QUIET,
				rounds.ratio(contender, QUIET, Sample::seconds), goal,
				"%s; %,d of %,d rows were copied meanwhile".formatted(milliseconds(rounds, contender),
						Math.round(Median.of(Objects.requireNonNull(this.copied.get(contender)))), rows));
	}

	private static String milliseconds(Rounds rounds, String contender) {
		return "%.2f against %.2f ms".formatted(rounds.median(contender, Sample::seconds) * 1e3,
				rounds.median(QUIET, Sample::seconds) * 1e3);
	}

	private static Sample p99(Collection<Pgbench.Transaction> transactions) {
		return new Sample(transactions.size(),
				Median.quantile(transactions.stream().map(Pgbench.Transaction::seconds).toList(), P99), 0);
	}

	private Sample whileCopying(String contender, Database database, CopyTable table, Map<String, String> properties,
			Pgbench pgbench) {
		table.createTarget(database);
		database.forgetPlans();
		Map<String, String> plan = new HashMap<>(table.plan());
		plan.putAll(properties);
		try (Application application = Application.start(database, plan)) {
			application.become(MigrationPhase.DUAL_WRITE);
			application.become(MigrationPhase.BACKFILL);
			List<Pgbench.Transaction> transactions = pgbench.run(PER_SECOND, SECONDS);
			ChunkTimes chunks = application.bean(ChunkTimes.class);
			this.copied.computeIfAbsent(contender, (name) -> new ArrayList<>())
				.add((double) chunks.sizes().stream().mapToLong(Long::longValue).sum());
			return p99Until(chunks.lastCommit(), transactions);
		}
	}

	private static Sample whileInserting(Database database, CopyTable table, Pgbench pgbench) {
		table.createTarget(database);
		CompletableFuture<Instant> end = CompletableFuture.supplyAsync(() -> {
			database.execute(table.insertSelect());
			return Instant.now();
		});
		List<Pgbench.Transaction> transactions = pgbench.run(PER_SECOND, SECONDS);
		return p99Until(end.join(), transactions);
	}

	private static Sample p99Until(Instant end, List<Pgbench.Transaction> transactions) {
		return p99(transactions.stream().filter((transaction) -> !transaction.end().isAfter(end)).toList());
	}

}
