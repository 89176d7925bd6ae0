package dev.parallelchange.benchmarks.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.parallelchange.benchmarks.Benchmark;
import dev.parallelchange.benchmarks.Settings;
import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.measure.Goal;
import dev.parallelchange.benchmarks.measure.Median;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.ChunkTimes;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorStatus;
import org.jspecify.annotations.Nullable;

/**
 * How fast keys are applied that became pending while the write flag was off.
 */
public final class PendingBenchmark implements Benchmark {

	private static final String PENDING = " from %s.migration_pending".formatted(Database.STATE);

	private static final String WAITING = "select count(*)" + PENDING;

	private static final String LOWEST = "select min(id)" + PENDING;

	private static final String FIRST = "select count(*)" + PENDING + " where id = %d";

	private static final String ANY = "select count(*) from (select" + PENDING + " limit 1) as waiting";

	@Override
	public String name() {
		return "pending";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start()) {
			CopyTable table = CopyTable.sequential();
			table.create(database, settings.rows());
			try (Application application = Application.start(FlaggedApplication.class, database.url(), table.plan(),
					Map.of())) {
				application.become(MigrationPhase.BACKFILL);
				application.bean(ChunkTimes.class).await(settings.rows(), Application.PATIENCE);
				List<Double> rates = new ArrayList<>();
				for (int round = 0; round <= settings.rounds(); round++) {
					rates.add(rate(database, application, settings.rows()));
				}
				double rate = Median.of(rates.subList(1, rates.size()));
				return List.of(new Finding("pending keys applied", "", rate, "keys/s", Goal.atLeast(20_000),
						"%,d keys, one instance".formatted(settings.rows())));
			}
		}
	}

	private static double rate(Database database, Application application, long rows) {
		SwitchedFlags flags = application.bean(SwitchedFlags.class);
		flags.setWrite(false);
		application.await((status) -> isDeferred(status.mirror()));
		database.execute("update orders set amount = amount + 1 where id <= " + rows);
		long waiting = database.number(WAITING);
		String first = FIRST.formatted(database.number(LOWEST));
		if (waiting < rows) {
			throw new IllegalStateException("Only %d of %d keys are pending".formatted(waiting, rows));
		}
		flags.setWrite(true);
		Application.await(() -> database.number(first) == 0);
		long start = System.nanoTime();
		double rate = database.profiled("applying", () -> {
			Application.await(() -> database.number(ANY) == 0);
			return waiting / ((System.nanoTime() - start) / 1e9);
		});
		System.out.printf("  %,.0f keys/s%n", rate);
		return rate;
	}

	private static boolean isDeferred(@Nullable MirrorStatus mirror) {
		return mirror != null && mirror.deferred();
	}

}
