package dev.parallelchange.migration.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.ThrottleSignal;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * A signal of the application under the name of its bean; a lambda has none of its own.
 *
 * @param name the bean's name
 * @param signal the signal
 */
record NamedSignal(String name, ThrottleSignal signal) implements ThrottleSignal {

	static List<ThrottleSignal> all(ListableBeanFactory beans) {
		List<ThrottleSignal> all = new ArrayList<>();
		beans.getBeansOfType(ThrottleSignal.class)
			.forEach((name, signal) -> all
				.add((signal instanceof MeasuredSignal) ? signal : new NamedSignal(name, signal)));
		return all;
	}

	@Override
	public @Nullable String check(DerivedPlan plan) throws Exception {
		return this.signal.check(plan);
	}

}
