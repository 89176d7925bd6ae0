package dev.parallelchange.migration.transform;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.MigrationTransformer;
import org.jspecify.annotations.Nullable;

/**
 * Joins first and last names. A name that cannot be joined is refused with an exception
 * that shows it.
 */
class JoinedNames implements MigrationTransformer {

	final AtomicInteger calls = new AtomicInteger();

	@Override
	public String planId() {
		return "p";
	}

	@Override
	public Set<String> sourceColumns() {
		return Set.of("first", "last");
	}

	@Override
	public Set<String> targetColumns() {
		return Set.of("full_name");
	}

	@Override
	public Map<String, @Nullable Object> toTarget(Map<String, @Nullable Object> source) {
		this.calls.incrementAndGet();
		Map<String, @Nullable Object> target = new HashMap<>();
		Object first = source.get("first");
		Object last = source.get("last");
		if (String.valueOf(first).contains("/")) {
			throw new IllegalStateException("The name " + first + " cannot be joined");
		}
		target.put("full_name", (first != null && last != null) ? first + "/" + last : null);
		return target;
	}

}
