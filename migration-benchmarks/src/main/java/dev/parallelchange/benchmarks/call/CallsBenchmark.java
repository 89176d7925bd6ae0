package dev.parallelchange.benchmarks.call;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import dev.parallelchange.benchmarks.Benchmark;
import dev.parallelchange.benchmarks.Settings;
import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.measure.Goal;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.MigrationPhase;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What a proxy adds to a call, in each phase.
 */
public final class CallsBenchmark implements Benchmark {

	private static final int ROWS = 100;

	@Override
	public String name() {
		return "calls";
	}

	@Override
	public List<Finding> run(Settings settings) {
		List<Finding> findings = new ArrayList<>();
		double read = mean(run("readDirectly", new OptionsBuilder()));
		for (MigrationPhase phase : MigrationPhase.values()) {
			for (RunResult result : inPhase("read", phase)) {
				findings.add(finding("read", phase, result, read));
			}
		}
		double write = mean(run("writeDirectly", new OptionsBuilder()));
		for (MigrationPhase phase : List.of(MigrationPhase.OFF, MigrationPhase.COMPLETED)) {
			for (RunResult result : inPhase("write", phase)) {
				findings.add(finding("write", phase, result, write));
			}
		}
		return findings;
	}

	/**
	 * A run for each kind of flags, each with a plan of its own that begins in
	 * {@code OFF}.
	 */
	private static List<RunResult> inPhase(String method, MigrationPhase phase) {
		return Stream.of("properties", "unleash").<RunResult>flatMap((flags) -> {
			try (Database database = Database.start()) {
				CopyTable table = CopyTable.sequential();
				table.createSource(database, ROWS);
				table.createTarget(database);
				database.forgetPlans();
				return run(method,
						new OptionsBuilder().param("phase", phase.name())
							.param("flags", flags)
							.jvmArgsAppend("-D" + Called.URL + "=" + database.url()))
					.stream();
			}
		}).toList();
	}

	private static Collection<RunResult> run(String method, ChainedOptionsBuilder options) {
		try {
			return new Runner(options.include("^%s.%s$".formatted(CallCosts.class.getName(), method)).build()).run();
		}
		catch (RunnerException ex) {
			throw new IllegalStateException("JMH has failed", ex);
		}
	}

	private static double mean(Collection<RunResult> results) {
		return results.iterator().next().getPrimaryResult().getScore();
	}

	private static Finding finding(String method, MigrationPhase phase, RunResult result, double alone) {
		String flags = result.getParams().getParam("flags");
		double limit = flags.equals("unleash") ? 10_000 : 1000;
		double score = result.getPrimaryResult().getScore();
		return new Finding("a %s in %s, flags from %s".formatted(method, phase, flags), "the side alone", score - alone,
				"ns more", Goal.atMost(limit), String.format(Locale.ROOT, "%.0f ± %.0f against %.1f ns", score,
						result.getPrimaryResult().getScoreError(), alone));
	}

}
