package dev.parallelchange.benchmarks.write;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import dev.parallelchange.benchmarks.measure.Median;
import dev.parallelchange.benchmarks.measure.Sample;

/**
 * Single writes of keys that are spread over the table.
 *
 * @param rows how many keys there are
 */
record WriteTimes(long rows) {

	/** Short turns, so that a slow moment of the machine hits both. */
	private static final int WRITES = 100;

	static final int TURNS_PER_ROUND = 10;

	private static final long STEP = 7919;

	/**
	 * Write some rows.
	 * @return the median time of a write
	 */
	Sample median(LongConsumer write) {
		List<Double> seconds = new ArrayList<>(WRITES);
		for (int i = 0; i < WRITES; i++) {
			long id = 1 + (i * STEP) % this.rows;
			long start = System.nanoTime();
			write.accept(id);
			seconds.add((System.nanoTime() - start) / 1e9);
		}
		return new Sample(1, Median.of(seconds), 0);
	}

}
