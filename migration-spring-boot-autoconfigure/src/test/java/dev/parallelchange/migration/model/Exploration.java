package dev.parallelchange.migration.model;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What came of visiting the states of a model.
 *
 * @param states the number of states visited
 * @param steps the number of steps between them
 * @param violation what is wrong; {@code null} if nothing is
 * @param schedule a shortest way to what is wrong, step by step
 */
record Exploration(int states, long steps, @Nullable Violation violation, List<String> schedule) {

	@Override
	public String toString() {
		String visited = "%,d states, %,d steps".formatted(this.states, this.steps);
		return (this.violation == null) ? visited + ", nothing wrong" : "%s; %s:%n    %s".formatted(visited,
				this.violation, String.join(System.lineSeparator() + "    ", this.schedule));
	}

}
