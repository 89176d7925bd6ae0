package dev.parallelchange.benchmarks.write;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A business write in a transaction, through a proxy and on the side alone.
 */
public final class ProxiesBenchmark implements Benchmark {

	private static final String ALONE = "the side alone";

	private static final String MIRRORED = "with the mirror";

	@Override
	public String name() {
		return "proxies";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start()) {
			CopyTable table = CopyTable.sequential();
			table.create(database, settings.rows());
			table.createTwin(database);
			try (Application application = Application.start(OrderApplication.class, database.url(), table.plan(),
					Map.of())) {
				application.become(MigrationPhase.BACKFILL);
				application.bean(ChunkTimes.class).await(settings.rows(), Application.PATIENCE);
				return List.of(findings(settings, application));
			}
		}
	}

	private static Finding findings(Settings settings, Application application) {
		TransactionTemplate transaction = new TransactionTemplate(application.bean(PlatformTransactionManager.class));
		OrderRepository proxy = application.bean(OrderRepository.class);
		// A write of the plan's own table around the proxy would be a difference.
		OrderRepository side = new SqlOrders(application.bean(JdbcTemplate.class), CopyTable.TWIN);
		WriteTimes times = new WriteTimes(settings.rows());
		Map<String, Contender> contenders = new LinkedHashMap<>();
		contenders.put(ALONE, () -> times.median((id) -> write(transaction, side, id)));
		contenders.put(MIRRORED, () -> times.median((id) -> write(transaction, proxy, id)));
		Rounds rounds = Rounds.run(settings.rounds() * WriteTimes.TURNS_PER_ROUND, contenders);
		return Finding.ratio("a write of one row through a proxy, mirrored, p50", "the side alone",
				1 / rounds.ratio(MIRRORED, ALONE, Sample::rate), Goal.STATED, "%.0f against %.0f µs".formatted(
						rounds.median(MIRRORED, Sample::seconds) * 1e6, rounds.median(ALONE, Sample::seconds) * 1e6));
	}

	private static void write(TransactionTemplate transaction, OrderRepository orders, long id) {
		transaction.executeWithoutResult(
				(status) -> orders.updateAmount(id, BigDecimal.valueOf(System.nanoTime() % 99_999, 2)));
	}

}
