package dev.parallelchange.benchmarks.load;

import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.world.Database;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What copy and comparison need of the heap.
 */
class MemoryTests {

	private static final int HEAP = 64;

	private static final int SLACK = 8;

	@Test
	void memoryDoesNotGrowWithTheRows() {
		try (Database database = Database.start()) {
			assertThat(beyondIdle(database, CopyTable.sequential(), 5_000)).isLessThan(SLACK);
			assertThat(beyondIdle(database, CopyTable.wide(), 50_000)).isLessThan(SLACK);
		}
	}

	private static double beyondIdle(Database database, CopyTable table, long rows) {
		table.createSource(database, rows);
		return Memory.measure(database, table, rows, HEAP).beyondIdle();
	}

}
