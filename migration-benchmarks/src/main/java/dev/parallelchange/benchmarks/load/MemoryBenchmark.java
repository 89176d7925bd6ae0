package dev.parallelchange.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.benchmarks.Benchmark;
import dev.parallelchange.benchmarks.Settings;
import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.measure.Finding;
import dev.parallelchange.benchmarks.measure.Goal;
import dev.parallelchange.benchmarks.world.Database;

/**
 * The heap that copy and comparison need, in JVMs of their own.
 */
public final class MemoryBenchmark implements Benchmark {

	private static final int HEAP = 96;

	private static final int LIMIT = 64;

	@Override
	public String name() {
		return "memory";
	}

	@Override
	public List<Finding> run(Settings settings) {
		List<Finding> findings = new ArrayList<>();
		try (Database database = Database.start()) {
			findings.add(finding(database, CopyTable.sequential(), settings.rows() / 10));
			findings.add(finding(database, CopyTable.sequential(), settings.rows()));
			findings.add(finding(database, CopyTable.wide(), settings.rows() / 10));
		}
		return findings;
	}

	private static Finding finding(Database database, CopyTable table, long rows) {
		table.createSource(database, rows);
		Memory memory = Memory.measure(database, table, rows, HEAP);
		return new Finding("heap for copy and pass of %,d rows, %s".formatted(rows, table.title()),
				"the application's own", memory.beyondIdle(), "MB", Goal.atMost(LIMIT),
				"%.1f against %.1f MB in use, -Xmx%dm".formatted(memory.most() / 1e6, memory.idle() / 1e6, HEAP));
	}

}
