package dev.parallelchange.benchmarks.load;

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
 * How far a replica falls behind during a copy, and what looking after it costs.
 */
public final class ReplicaBenchmark implements Benchmark {

	private static final String DEFAULTS = "default settings";

	private static final String UNTHROTTLED = "unthrottled";

	private final List<Double> lags = new ArrayList<>();

	@Override
	public String name() {
		return "replica";
	}

	@Override
	public List<Finding> run(Settings settings) {
		try (Database database = Database.start(Map.of("hot_standby_feedback", "on"), 1)) {
			CopyTable table = CopyTable.sequential();
			table.createSource(database, settings.rows());
			Map<String, Contender> contenders = new LinkedHashMap<>();
			contenders.put(UNTHROTTLED,
					() -> copy(database, table, settings, Map.of("backfill.max-replication-lag", "1h")));
			contenders.put(DEFAULTS, () -> watched(database, table, settings));
			Rounds rounds = Rounds.run(settings.rounds(), contenders);
			return List.of(
					new Finding("longest lag of a replica during a copy", "the limit", Median.quantile(this.lags, 1),
							"s", Goal.atMost(5), "of %d copies".formatted(this.lags.size())),
					Finding.ratio("copy with default settings and a replica", UNTHROTTLED,
							rounds.ratio(DEFAULTS, UNTHROTTLED, Sample::rate), Goal.atLeast(0.7),
							"%,.0f against %,.0f rows/s".formatted(rounds.median(DEFAULTS, Sample::rate),
									rounds.median(UNTHROTTLED, Sample::rate))));
		}
	}

	private Sample watched(Database database, CopyTable table, Settings settings) {
		try (ReplicaWatch watch = new ReplicaWatch(database)) {
			Sample sample = copy(database, table, settings, Map.of());
			this.lags.add(watch.longestLag());
			return sample;
		}
	}

	private static Sample copy(Database database, CopyTable table, Settings settings, Map<String, String> properties) {
		table.createTarget(database);
		database.forgetPlans();
		Map<String, String> plan = new LinkedHashMap<>(table.plan());
		plan.putAll(properties);
		try (Application application = Application.start(database, plan)) {
			application.become(MigrationPhase.DUAL_WRITE);
			application.request(MigrationPhase.BACKFILL);
			double seconds = application.bean(ChunkTimes.class).await(settings.rows(), Application.PATIENCE);
			return new Sample(settings.rows(), seconds, 0);
		}
	}

}
