package dev.parallelchange.migration.jdbc.contract;

import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

import dev.parallelchange.migration.jdbc.TriggerNames;

/**
 * The names of hidden tables and columns; they begin with their own and fit PostgreSQL's
 * 63 bytes.
 */
final class HiddenName {

	private static final int BYTES = 63;

	private HiddenName() {
	}

	/**
	 * Find a name that is not taken.
	 * @param name the own name, unquoted
	 * @param taken whether there is something of a name
	 * @return the hidden name, unquoted
	 */
	static String of(String planId, String name, Predicate<String> taken) {
		for (int i = 0;; i++) {
			String suffix = "_hidden_" + TriggerNames.hash(planId + "/" + name + "/" + i).substring(0, 8);
			String hidden = cut(name, BYTES - suffix.length()) + suffix;
			if (!taken.test(hidden)) {
				return hidden;
			}
		}
	}

	private static String cut(String name, int bytes) {
		int length = name.length();
		while (name.substring(0, length).getBytes(StandardCharsets.UTF_8).length > bytes) {
			length = name.offsetByCodePoints(length, -1);
		}
		return name.substring(0, length);
	}

}
