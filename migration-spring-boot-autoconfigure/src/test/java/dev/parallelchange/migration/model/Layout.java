package dev.parallelchange.migration.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.util.Assert;

/**
 * The variables of a model, and their place in a {@link State}.
 */
final class Layout {

	private final List<Variable> variables = new ArrayList<>();

	private final int[] used = new int[2];

	/**
	 * Add a variable whose first value is the one of an empty state.
	 */
	Variable add(String name, String... values) {
		return add((this.used[0] <= this.used[1]) ? 0 : 1, name, values);
	}

	Variable flag(String name) {
		return add(name, "no", "yes");
	}

	/**
	 * Add a variable to one of the two words: actors that are alike have the same
	 * variables at the same places, one in each word.
	 */
	Variable add(int word, String name, String... values) {
		int bits = Math.max(1, 32 - Integer.numberOfLeadingZeros(values.length - 1));
		Variable variable = new Variable(name, List.of(values), word, this.used[word], bits);
		this.used[word] += bits;
		Assert.state(this.used[word] <= 63, "Too many variables");
		this.variables.add(variable);
		return variable;
	}

	/**
	 * The bits that both words have used so far.
	 */
	long usedInBoth() {
		Assert.state(this.used[0] == this.used[1], "Only actors that are alike can change places");
		return (1L << this.used[0]) - 1;
	}

	String changes(State before, State after) {
		return this.variables.stream()
			.filter((variable) -> variable.of(before) != variable.of(after))
			.map((variable) -> variable.describe(after))
			.collect(Collectors.joining(", "));
	}

}
