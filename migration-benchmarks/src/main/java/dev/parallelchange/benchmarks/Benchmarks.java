package dev.parallelchange.benchmarks;

import java.util.List;
import java.util.Set;

import dev.parallelchange.benchmarks.call.CallsBenchmark;
import dev.parallelchange.benchmarks.copy.AcrossBenchmark;
import dev.parallelchange.benchmarks.copy.CopyBenchmark;
import dev.parallelchange.benchmarks.copy.GrowthBenchmark;
import dev.parallelchange.benchmarks.copy.PurgeBenchmark;
import dev.parallelchange.benchmarks.copy.PurgeGrowthBenchmark;
import dev.parallelchange.benchmarks.copy.ShapesBenchmark;
import dev.parallelchange.benchmarks.copy.TransformerBenchmark;
import dev.parallelchange.benchmarks.load.MemoryBenchmark;
import dev.parallelchange.benchmarks.load.ReplicaBenchmark;
import dev.parallelchange.benchmarks.load.ScriptsBenchmark;
import dev.parallelchange.benchmarks.load.TrafficBenchmark;
import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.report.Circumstances;
import dev.parallelchange.benchmarks.report.PerformancePage;
import dev.parallelchange.benchmarks.verify.ColumnBenchmark;
import dev.parallelchange.benchmarks.verify.PassBenchmark;
import dev.parallelchange.benchmarks.write.PendingBenchmark;
import dev.parallelchange.benchmarks.write.ProxiesBenchmark;
import dev.parallelchange.benchmarks.write.TriggersBenchmark;

/**
 * Runs the benchmarks that the property {@code benchmark} names, and writes what they
 * find into the documentation.
 */
public final class Benchmarks {

	private static final List<Benchmark> ALL = List.of(new CopyBenchmark(), new ShapesBenchmark(),
			new GrowthBenchmark(), new AcrossBenchmark(), new TransformerBenchmark(), new PurgeBenchmark(),
			new PurgeGrowthBenchmark(), new PassBenchmark(), new ColumnBenchmark(), new ProxiesBenchmark(),
			new TriggersBenchmark(), new PendingBenchmark(), new TrafficBenchmark(), new ScriptsBenchmark(),
			new ReplicaBenchmark(), new MemoryBenchmark(), new CallsBenchmark());

	private Benchmarks() {
	}

	/**
	 * Run.
	 * @param arguments none
	 */
	public static void main(String[] arguments) {
		Settings settings = Settings.fromSystemProperties();
		PerformancePage page = new PerformancePage(settings.docs());
		for (Benchmark benchmark : chosen(System.getProperty("benchmark", "all"))) {
			System.out.println(benchmark.name());
			List<Finding> findings = benchmark.run(settings);
			if (!findings.isEmpty()) {
				System.out.println(PerformancePage.table(findings));
				page.write(benchmark.name(), Circumstances.of(settings), findings);
			}
		}
	}

	private static List<Benchmark> chosen(String names) {
		if (names.equals("all")) {
			return ALL;
		}
		Set<String> wanted = Set.of(names.split(","));
		List<Benchmark> found = ALL.stream().filter((benchmark) -> wanted.contains(benchmark.name())).toList();
		if (found.size() != wanted.size()) {
			throw new IllegalArgumentException("There are no such benchmarks as %s; there are %s".formatted(wanted,
					ALL.stream().map(Benchmark::name).toList()));
		}
		return found;
	}

}
