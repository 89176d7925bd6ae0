package dev.parallelchange.migration.transform;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.migration.ReversibleMigrationTransformer;
import org.jspecify.annotations.Nullable;

/**
 * Joins first and last names, and takes them apart.
 */
class FullNames extends JoinedNames implements ReversibleMigrationTransformer {

	@Override
	public Map<String, @Nullable Object> toSource(Map<String, @Nullable Object> target) {
		Object name = target.get("full_name");
		String[] names = (name != null) ? Arrays.copyOf(name.toString().split("/", 2), 2) : new String[2];
		Map<String, @Nullable Object> source = new HashMap<>();
		source.put("first", names[0]);
		source.put("last", names[1]);
		return source;
	}

}
