package dev.parallelchange.benchmarks.copy;

import java.util.HashMap;
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
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.ChunkTimes;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.MigrationPhase;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The copy to another database of the same server, against one {@code COPY} that is piped
 * into another.
 */
public final class AcrossBenchmark implements Benchmark {

	private static final String ONE = "one worker";

	private static final String TWO = "two workers";

	@Override
	public String name() {
		return "across";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start()) {
			Across across = new Across(database, CopyTable.sequential(), settings.rows());
			across.table().createSource(database, settings.rows());
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(CopyPipe.NAME, across::pipe);
			contenders.put(ONE, () -> across.library(1));
			contenders.put(TWO, () -> across.library(2));
			Rounds rounds = Rounds.run(settings.rounds(), contenders);
			return List.of(
					CopyBenchmark.rate(rounds, "copy to another database, one worker", ONE, CopyPipe.NAME,
							Goal.atLeast(0.6)),
					CopyBenchmark.rate(rounds, "copy to another database, two workers", TWO, CopyPipe.NAME,
							Goal.atLeast(0.6)));
		}
	}

	/**
	 * The ways to copy from one database to the other.
	 */
	private record Across(Database database, CopyTable table, long rows) {

		private String otherUrl() {
			return this.database.cluster().jdbcUrl(Database.OTHER);
		}

		private void createTarget() {
			JdbcClient other = JdbcClient.create(this.database.cluster().primary(Database.OTHER));
			other.sql("drop schema if exists %s cascade".formatted(Database.STATE)).update();
			other.sql("create schema " + Database.STATE).update();
			this.table.createTarget((statement) -> other.sql(statement).update());
		}

		Sample library(int workers) {
			createTarget();
			this.database.forgetPlans();
			Map<String, String> plan = new HashMap<>(this.table.plan());
			plan.remove("target");
			plan.putAll(Copies.workers(workers, "proxies"));
			plan.putAll(Map.of("target.table", CopyTable.TARGET, "target.data-source", "otherDataSource",
					"contract.source", "keep"));
			try (Application application = Application.start(AcrossApplication.class, this.database.url(), plan,
					Map.of("benchmark.other-url", otherUrl()))) {
				application.become(MigrationPhase.DUAL_WRITE);
				long wal = this.database.walPosition();
				double seconds = this.database.profiled("the copy", () -> {
					application.request(MigrationPhase.BACKFILL);
					return application.bean(ChunkTimes.class).await(this.rows, Application.PATIENCE);
				});
				return new Sample(this.rows, seconds, this.database.walPosition() - wal);
			}
		}

		Sample pipe() {
			createTarget();
			return new Copies(this.database, this.table, this.rows).timed(this.rows,
					() -> new CopyPipe(this.table).run(this.database.url(), otherUrl()));
		}

	}

}
