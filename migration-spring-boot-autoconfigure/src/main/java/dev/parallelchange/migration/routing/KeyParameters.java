package dev.parallelchange.migration.routing;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The key of a call as one or several of its parameters.
 *
 * @param indexes the positions of the parameters
 */
record KeyParameters(List<Integer> indexes) {

	KeyOfCall of(@Nullable Object[] arguments) {
		return () -> {
			if (this.indexes.size() == 1) {
				return arguments[this.indexes.get(0)];
			}
			List<@Nullable Object> values = new ArrayList<>();
			this.indexes.forEach((index) -> values.add(arguments[index]));
			return values;
		};
	}

}
