package dev.parallelchange.migration.model;

/**
 * One state of a model: small numbers, packed. {@link Layout} knows which.
 *
 * @param low the first 64 bits
 * @param high the other 64 bits
 */
record State(long low, long high) {

	long word(int number) {
		return (number == 0) ? this.low : this.high;
	}

	State with(int number, long word) {
		return (number == 0) ? new State(word, this.high) : new State(this.low, word);
	}

	State swapped(long mask) {
		return new State((this.low & ~mask) | (this.high & mask), (this.high & ~mask) | (this.low & mask));
	}

}
