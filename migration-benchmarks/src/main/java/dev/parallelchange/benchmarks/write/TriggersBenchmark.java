package dev.parallelchange.benchmarks.write;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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

	private static final String BOTH = "both tables";

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
				HandMirror.create(database);
				return Stream.of(one(database, settings), many(database, settings)).flatMap(List::stream).toList();
			}
		}
	}

	private static List<Finding> one(Database database, Settings settings) {
		JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
		WriteTimes times = new WriteTimes(settings.rows());
		Map<String, Contender> contenders = new LinkedHashMap<>();
		for (String table : List.of(CopyTable.TWIN, CopyTable.SOURCE, HandMirror.SOURCE)) {
			contenders.put(table, () -> times.median((id) -> jdbc.update(update(table) + " where id = ?", id)));
		}
		Rounds rounds = Rounds.run(settings.rounds() * WriteTimes.TURNS_PER_ROUND, contenders);
		return List.of(finding("a write of one row with triggers, p50", CopyTable.SOURCE, rounds, Goal.atMost(1.5)),
				finding("the same with a trigger by hand", HandMirror.SOURCE, rounds, Goal.STATED));
	}

	private static List<Finding> many(Database database, Settings settings) {
		long rows = Math.min(MANY, settings.rows());
		String part = " where id <= " + rows;
		Map<String, Contender> contenders = new LinkedHashMap<>();
		for (String table : List.of(CopyTable.TWIN, CopyTable.SOURCE, HandMirror.SOURCE)) {
			contenders.put(table, () -> timed(database, rows, update(table) + part));
		}
		contenders.put(BOTH,
				() -> timed(database, rows, update(CopyTable.TWIN) + part + "; " + update(HandMirror.TARGET) + part));
		Rounds rounds = Rounds.run(settings.rounds(), contenders);
		return List.of(
				finding("one UPDATE of %,d rows with triggers".formatted(rows), CopyTable.SOURCE, rounds,
						Goal.atMost(2.5)),
				finding("the same with a trigger by hand", HandMirror.SOURCE, rounds, Goal.STATED),
				finding("the same UPDATE of both tables, without triggers", BOTH, rounds, Goal.STATED));
	}

	private static String update(String table) {
		return "update " + table + " set amount = amount + 1";
	}

	private static Sample timed(Database database, long rows, String update) {
		for (String table : List.of(CopyTable.TWIN, CopyTable.SOURCE, CopyTable.TARGET, HandMirror.SOURCE,
				HandMirror.TARGET)) {
			database.execute("vacuum " + table);
		}
		long wal = database.walPosition();
		long start = System.nanoTime();
		return database.profiled("the update", () -> {
			database.execute(update);
			return new Sample(rows, (System.nanoTime() - start) / 1e9, database.walPosition() - wal);
		});
	}

	private static Finding finding(String what, String contender, Rounds rounds, Goal goal) {
		return Finding.ratio(what, "the write alone", 1 / rounds.ratio(contender, CopyTable.TWIN, Sample::rate), goal,
				"%,.2f against %,.2f ms".formatted(rounds.median(contender, Sample::seconds) * 1e3,
						rounds.median(CopyTable.TWIN, Sample::seconds) * 1e3));
	}

}
