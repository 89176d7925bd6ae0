package dev.parallelchange.migration.drift;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.parallelchange.migration.FinishSettings;

/**
 * Columns, constraints and indexes of a plan's tables, with their partitions and with
 * what changes or hides rows: triggers and rules of others, and policies.
 *
 * @param parts their definitions by side, kind and name
 */
public record TableState(SortedMap<String, String> parts) {

	public TableState {
		parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
	}

	/**
	 * What is not as it was, without what the plan itself adds in the end.
	 */
	List<Difference> differencesFrom(TableState before, FinishSettings finish) {
		List<Difference> differences = new ArrayList<>();
		before.parts.forEach((what, was) -> {
			String is = this.parts.get(what);
			if (!was.equals(is)) {
				differences.add(new Difference(what, was, is));
			}
		});
		this.parts.forEach((what, is) -> {
			if (!before.parts.containsKey(what)) {
				differences.add(new Difference(what, null, is));
			}
		});
		differences.removeIf((difference) -> difference.isOf(finish));
		return differences;
	}

}
