package dev.parallelchange.migration.model;

import java.util.List;

/**
 * A variable of a model, with a word for each of its values.
 */
final class Variable {

	private final String name;

	private final List<String> values;

	private final int word;

	private final int shift;

	private final long mask;

	Variable(String name, List<String> values, int word, int shift, int bits) {
		this.name = name;
		this.values = List.copyOf(values);
		this.word = word;
		this.shift = shift;
		this.mask = (1L << bits) - 1;
	}

	int of(State state) {
		return (int) (state.word(this.word) >>> this.shift & this.mask);
	}

	boolean isSet(State state) {
		return of(state) != 0;
	}

	State set(State state, int value) {
		long word = state.word(this.word);
		return state.with(this.word, (word & ~(this.mask << this.shift)) | ((long) value << this.shift));
	}

	State set(State state, boolean value) {
		return set(state, value ? 1 : 0);
	}

	String describe(State state) {
		return this.name + " " + this.values.get(of(state));
	}

}
