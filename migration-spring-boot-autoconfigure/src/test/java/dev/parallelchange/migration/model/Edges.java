package dev.parallelchange.migration.model;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The steps between numbered states, and which of them are goals.
 */
final class Edges {

	private int[] from = new int[1 << 16];

	private int[] to = new int[1 << 16];

	private int size;

	private final Map<String, BitSet> goals = new LinkedHashMap<>();

	Edges(Set<String> goals) {
		goals.stream().sorted().forEach((goal) -> this.goals.put(goal, new BitSet()));
	}

	void add(int from, int to, String action) {
		BitSet reached = this.goals.get(action);
		if (reached != null) {
			reached.set(from);
		}
		if (this.size == this.from.length) {
			this.from = Arrays.copyOf(this.from, this.size * 2);
			this.to = Arrays.copyOf(this.to, this.size * 2);
		}
		this.from[this.size] = from;
		this.to[this.size++] = to;
	}

	/**
	 * Return, for each goal, the first state from which it cannot be reached; -1 if there
	 * is none.
	 */
	Map<String, Integer> firstWithout(int states) {
		Map<String, Integer> first = new LinkedHashMap<>();
		int[] starts = new int[states + 1];
		for (int edge = 0; edge < this.size; edge++) {
			starts[this.to[edge] + 1]++;
		}
		for (int state = 0; state < states; state++) {
			starts[state + 1] += starts[state];
		}
		int[] next = Arrays.copyOf(starts, states);
		int[] predecessors = new int[this.size];
		for (int edge = 0; edge < this.size; edge++) {
			predecessors[next[this.to[edge]]++] = this.from[edge];
		}
		this.goals.forEach((goal, reached) -> first.put(goal, firstOutside(reached, states, starts, predecessors)));
		return first;
	}

	private static int firstOutside(BitSet good, int states, int[] starts, int[] predecessors) {
		int[] open = new int[states];
		int count = 0;
		for (int state = good.nextSetBit(0); state >= 0; state = good.nextSetBit(state + 1)) {
			open[count++] = state;
		}
		while (count > 0) {
			int state = open[--count];
			for (int edge = starts[state]; edge < starts[state + 1]; edge++) {
				if (!good.get(predecessors[edge])) {
					good.set(predecessors[edge]);
					open[count++] = predecessors[edge];
				}
			}
		}
		int first = good.nextClearBit(0);
		return (first < states) ? first : -1;
	}

}
