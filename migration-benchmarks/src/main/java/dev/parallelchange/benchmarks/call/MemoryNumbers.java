package dev.parallelchange.benchmarks.call;

/**
 * Numbers in memory.
 */
public class MemoryNumbers implements Numbers {

	private final long[] numbers = new long[1024];

	@Override
	public long find(long id) {
		return this.numbers[slot(id)];
	}

	@Override
	public void save(long id, long number) {
		this.numbers[slot(id)] = number;
	}

	private int slot(long id) {
		return (int) (id & (this.numbers.length - 1));
	}

}
