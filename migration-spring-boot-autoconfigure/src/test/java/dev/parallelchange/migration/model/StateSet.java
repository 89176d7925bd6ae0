package dev.parallelchange.migration.model;

import java.util.Arrays;

/**
 * States in the order in which they were found, each with the one it was found from.
 */
final class StateSet {

	private int[] table = new int[1 << 16];

	private long[] low = new long[1 << 15];

	private long[] high = new long[1 << 15];

	private int[] parents = new int[1 << 15];

	private int size;

	/**
	 * Add a state.
	 * @return its number, or {@code -1 - number} if it has been there already
	 */
	int add(State state, int parent) {
		int slot = slot(state.low(), state.high());
		if (this.table[slot] != 0) {
			return -this.table[slot];
		}
		if (this.size == this.low.length) {
			grow();
			slot = slot(state.low(), state.high());
		}
		this.low[this.size] = state.low();
		this.high[this.size] = state.high();
		this.parents[this.size] = parent;
		this.table[slot] = ++this.size;
		return this.size - 1;
	}

	State get(int number) {
		return new State(this.low[number], this.high[number]);
	}

	int parent(int number) {
		return this.parents[number];
	}

	int size() {
		return this.size;
	}

	private int slot(long first, long second) {
		int mask = this.table.length - 1;
		int slot = hash(first, second) & mask;
		while (this.table[slot] != 0 && !is(this.table[slot] - 1, first, second)) {
			slot = (slot + 1) & mask;
		}
		return slot;
	}

	private boolean is(int number, long first, long second) {
		return this.low[number] == first && this.high[number] == second;
	}

	private void grow() {
		int capacity = this.size * 2;
		this.low = Arrays.copyOf(this.low, capacity);
		this.high = Arrays.copyOf(this.high, capacity);
		this.parents = Arrays.copyOf(this.parents, capacity);
		this.table = new int[capacity * 2];
		for (int number = 0; number < this.size; number++) {
			this.table[slot(this.low[number], this.high[number])] = number + 1;
		}
	}

	private static int hash(long first, long second) {
		long mixed = (first * 0x9E3779B97F4A7C15L) ^ Long.rotateLeft(second * 0xC2B2AE3D27D4EB4FL, 31);
		mixed = (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
		return (int) (mixed ^ (mixed >>> 32));
	}

}
