package dev.parallelchange.benchmarks.copy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.benchmarks.measure.Sample;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.ChunkTimes;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.MigrationPhase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a copy costs, in figures that are the same on each machine.
 */
class CopyCostTests {

	private static final long ROWS = 20_000;

	private static final double MOST_LOG = 1.03;

	private static Database database;

	@BeforeAll
	static void startDatabase() {
		// Without images of the runner's own few pages, which depend on checkpoints.
		database = Database.start(Map.of("autovacuum", "off", "full_page_writes", "off"), 0);
	}

	@AfterAll
	static void stopDatabase() {
		database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxies", "triggers" })
	void aCopyWritesAsMuchLogAsOneStatement(String mirror) {
		CopyTable table = CopyTable.sequential();
		table.createSource(database, ROWS);
		Copies copies = new Copies(database, table, ROWS);
		Sample statement = copies.insertSelect();
		Sample copy = copies.library(Copies.workers(1, mirror));
		assertThat(copy.walPerRow() / statement.walPerRow()).isBetween(0.9, MOST_LOG);
	}

	@Test
	void chunksBeginSmallAndGrowByHalfAtMost() {
		CopyTable table = CopyTable.sequential();
		table.createSource(database, ROWS);
		table.createTarget(database);
		database.forgetPlans();
		List<Long> chunks;
		try (Application application = Application.start(database, withLimits(table))) {
			application.become(MigrationPhase.BACKFILL);
			ChunkTimes times = application.bean(ChunkTimes.class);
			times.await(ROWS, Application.PATIENCE);
			chunks = times.sizes();
		}
		assertThat(chunks.get(0)).isEqualTo(1000);
		assertThat(chunks).allMatch((rows) -> rows <= 3000);
		for (int i = 1; i < chunks.size(); i++) {
			assertThat(chunks.get(i)).isLessThanOrEqualTo((long) Math.ceil(chunks.get(i - 1) * 1.5));
		}
		assertThat(chunks.stream().mapToLong(Long::longValue).sum()).isEqualTo(ROWS);
	}

	private static Map<String, String> withLimits(CopyTable table) {
		Map<String, String> plan = new HashMap<>(table.plan());
		plan.putAll(Map.of("backfill.max-concurrency", "1", "backfill.batch-size", "1000", "backfill.max-batch-size",
				"3000"));
		return plan;
	}

}
