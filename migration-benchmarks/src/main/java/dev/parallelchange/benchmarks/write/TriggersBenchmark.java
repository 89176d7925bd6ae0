package dev.parallelchange.benchmarks.write;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.parallelchange.benchmarks.Benchmark;
import dev.parallelchange.benchmarks.Settings;
import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.measure.Contender;
import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.measure.Goal;
import dev.parallelchange.benchmarks.measure.Rounds;
import dev.parallelchange.benchmarks.measure.Sample;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.ChunkTimes;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.MigrationPhase;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes of a table with the mirror's triggers, and of one just like it without.
 */
public final class TriggersBenchmark implements Benchmark {

	private static final long MANY = 100_000;

	@Override
	public String name() {
		return "triggers";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start()) {
			CopyTable table = CopyTable.sequential();
			table.create(database, settings.rows());
			table.createTwin(database);
			try (Application application = Application.start(database, table.plan())) {
				application.become(MigrationPhase.BACKFILL);
				application.bean(ChunkTimes.class).await(settings.rows(), Application.PATIENCE);
				database.execute("vacuum (analyze) purchases", "checkpoint");
				return List.of(one(database, settings), many(database, settings));
			}
		}
	}

	private static Finding one(Database database, Settings settings) {
		JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
		WriteTimes times = new WriteTimes(settings.rows());
		Rounds rounds = compare(settings.rounds() * WriteTimes.TURNS_PER_ROUND, (name) -> () -> times
			.median((id) -> jdbc.update("update " + name + " set amount = amount + 1 where id = ?", id)));
		return finding("a write of one row with triggers, p50", rounds, 1.5);
	}

	private static Finding many(Database database, Settings settings) {
		long rows = Math.min(MANY, settings.rows());
		Rounds rounds = compare(settings.rounds(), (name) -> () -> {
			database.execute("vacuum " + name, "vacuum purchases");
			long wal = database.walPosition();
			long start = System.nanoTime();
			return database.profiled("the update", () -> {
				database.execute("update " + name + " set amount = amount + 1 where id <= " + rows);
				return new Sample(rows, (System.nanoTime() - start) / 1e9, database.walPosition() - wal);
			});
		});
		return finding("one UPDATE of %,d rows with triggers".formatted(rows), rounds, 2.5);
	}

	private static Rounds compare(int rounds, Function<String, Contender> writes) {
		Map<String, Contender> contenders = new LinkedHashMap<>();
		for (String name : List.of(CopyTable.TWIN, CopyTable.SOURCE)) {
			contenders.put(name, writes.apply(name));
		}
		return Rounds.run(rounds, contenders);
	}

	private static Finding finding(String what, Rounds rounds, double goal) {
		return Finding.ratio(what, "the write alone", 1 / rounds.ratio(CopyTable.SOURCE, CopyTable.TWIN, Sample::rate),
				Goal.atMost(goal),
				"%,.2f against %,.2f ms".formatted(rounds.median(CopyTable.SOURCE, Sample::seconds) * 1e3,
						rounds.median(CopyTable.TWIN, Sample::seconds) * 1e3));
	}

}
