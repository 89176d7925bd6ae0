package dev.parallelchange.migration.routing;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a method does, as far as its name tells.
 */
enum MethodKind {

	/** It reads. */
	READ,

	/** It writes. */
	WRITE;

	private static final Pattern READS = words("find|get|read|query|search|stream|exists|count");

	private static final Pattern WRITES = words(
			"save|insert|update|delete|remove|create|persist|merge|upsert|replace|add|put|store|modify|set");

	private static final Pattern READ_AND_MORE = Pattern
		.compile("^[a-z]+(And|Or)(Set|Get|Add|Save|Insert|Update|Delete|Remove|Create|Modify|Increment|Replace|Lock"
				+ "|Put|Store|Mark)([A-Z0-9_].*)?");

	private static Pattern words(String words) {
		return Pattern.compile("^(" + words + ")([A-Z0-9_].*)?");
	}

	/**
	 * Tell by the words of Spring Data.
	 * @param name the method's name
	 * @return the kind; {@code null} if the name does not tell
	 */
	static @Nullable MethodKind of(String name) {
		if (WRITES.matcher(name).matches()) {
			return WRITE;
		}
		return (READS.matcher(name).matches() && !READ_AND_MORE.matcher(name).matches()) ? READ : null;
	}

}
