package dev.parallelchange.benchmarks.call;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Calls through a proxy, and of a side alone, in nanoseconds.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class CallCosts {

	/**
	 * Read through a proxy.
	 * @param called the proxy
	 * @return what was read
	 */
	@Benchmark
	public long read(Called called) {
		return called.numbers.find(called.id++);
	}

	/**
	 * Write through a proxy.
	 * @param called the proxy
	 */
	@Benchmark
	public void write(Called called) {
		called.numbers.save(called.id++, 1);
	}

	/**
	 * Read from a side.
	 * @param side the side
	 * @return what was read
	 */
	@Benchmark
	public long readDirectly(Side side) {
		return side.numbers.find(side.id++);
	}

	/**
	 * Write to a side.
	 * @param side the side
	 */
	@Benchmark
	public void writeDirectly(Side side) {
		side.numbers.save(side.id++, 1);
	}

	/**
	 * A side alone.
	 */
	@State(Scope.Benchmark)
	public static class Side {

		Numbers numbers = new MemoryNumbers();

		long id;

	}

}
