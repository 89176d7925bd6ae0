package dev.parallelchange.benchmarks.load;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import dev.parallelchange.benchmarks.Benchmark;
import dev.parallelchange.benchmarks.Settings;
import dev.parallelchange.benchmarks.measure.Contender;
import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.measure.Goal;
import dev.parallelchange.benchmarks.measure.Median;
import dev.parallelchange.benchmarks.measure.Rounds;
import dev.parallelchange.benchmarks.measure.Sample;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.MigrationPhase;

/**
 * Transactions at a steady rate on a table to which a column is added, while a long
 * transaction has the table.
 */
public final class ScriptsBenchmark implements Benchmark {

	private static final String HELD = "without a script";

	private static final String SCRIPT = "with a script of the plan";

	private static final String ALTER = "with alter table";

	private static final int PER_SECOND = 200;

	private static final int HELD_SECONDS = 20;

	private static final int SECONDS = HELD_SECONDS + 5;

	private static final int SCALE = 5;

	private static final double P99 = 0.99;

	private static final String TABLE = "pgbench_accounts";

	private static final String RUN = """
			select coalesce(cast(extract(epoch from max(at)) * 1000 as bigint), 0) from %s.migration_history
			where action = 'script'""".formatted(Database.STATE);

	private final Map<String, List<Double>> longest = new HashMap<>();

	private final List<Double> waited = new ArrayList<>();

	@Override
	public String name() {
		return "scripts";
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
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(HELD,
					() -> withApplication(database, (application) -> whileHeld(HELD, database, pgbench, () -> {
					})));
			contenders.put(SCRIPT,
					() -> withApplication(database, (application) -> expand(application, database, pgbench)));
			contenders.put(ALTER, () -> whileHeld(ALTER, database, pgbench,
					() -> database.execute("alter table %s add column note text".formatted(TABLE))));
			Rounds rounds = Rounds.run(settings.rounds(), contenders);
			return List.of(
					finding(rounds, "a derived script waits to add a column", SCRIPT, Goal.atMost(1.5),
							"; it ran %.1f s after the end of the transaction".formatted(Median.of(this.waited))),
					finding(rounds, "alter table waits to add it", ALTER, Goal.STATED, ""));
		}
	}

	private Finding finding(Rounds rounds, String what, String contender, Goal goal, String detail) {
		return Finding.ratio(
				"p99 of %d transactions/s while a transaction of %d s has their table and %s"
					.formatted(PER_SECOND, HELD_SECONDS, what),
				HELD, rounds.ratio(contender, HELD, Sample::seconds), goal,
				"%.2f against %.2f ms; the longest took %.0f against %.0f ms%s".formatted(
						rounds.median(contender, Sample::seconds) * 1e3, rounds.median(HELD, Sample::seconds) * 1e3,
						longest(contender), longest(HELD), detail));
	}

	private double longest(String contender) {
		return Median.of(Objects.requireNonNull(this.longest.get(contender))) * 1e3;
	}

	/**
	 * An application that has a plan looks at it each second, whatever it does.
	 */
	private Sample withApplication(Database database, Function<Application, Sample> work) {
		database.forgetPlans();
		Map<String, String> plan = Map.of("table", TABLE, "mapping.note", "source.filler::text", "scripts.derive",
				"true");
		try (Application application = Application.start(database, plan)) {
			return work.apply(application);
		}
	}

	/**
	 * Nobody looks before it is over, as that would be felt as well.
	 */
	private Sample expand(Application application, Database database, Pgbench pgbench) {
		Instant begun = Instant.now();
		Sample sample = whileHeld(SCRIPT, database, pgbench, () -> application.request(MigrationPhase.EXPAND));
		Application.await(() -> database.number(RUN) > 0);
		this.waited.add((database.number(RUN) - begun.toEpochMilli()) / 1e3 - HELD_SECONDS);
		return sample;
	}

	/**
	 * Do something while a transaction has the table. The transaction is there first.
	 */
	private Sample whileHeld(String contender, Database database, Pgbench pgbench, Runnable work) {
		database.execute("alter table %s drop column if exists note".formatted(TABLE));
		CompletableFuture<Void> holder = CompletableFuture.runAsync(() -> database.execute(
				"do $$ begin perform from %s limit 1; perform pg_sleep(%d); end $$".formatted(TABLE, HELD_SECONDS)));
		Application.await(() -> database.number("""
				select count(*) from pg_locks where relation = '%s'::regclass and mode = 'AccessShareLock'"""
			.formatted(TABLE)) > 0);
		CompletableFuture<Void> other = CompletableFuture.runAsync(work);
		List<Pgbench.Transaction> transactions = pgbench.run(PER_SECOND, SECONDS);
		CompletableFuture.allOf(holder, other).join();
		List<Double> seconds = transactions.stream().map(Pgbench.Transaction::seconds).toList();
		this.longest.computeIfAbsent(contender, (name) -> new ArrayList<>()).add(Median.quantile(seconds, 1));
		return new Sample(transactions.size(), Median.quantile(seconds, P99), 0);
	}

}
