package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * A reason to pause the copy, such as load on the database; one signal is enough to
 * pause.
 */
@FunctionalInterface
public interface ThrottleSignal {

	/**
	 * Measure.
	 * @param plan the plan whose copy is about to go on
	 * @return the reason to pause, with its number and limit; {@code null} to go on
	 * @throws Exception if the signal cannot be read; if that lasts, the copy pauses too
	 */
	@Nullable String check(DerivedPlan plan) throws Exception;

	/**
	 * Return the name that the signal is shown under.
	 * @return the name, of letters, digits and hyphens
	 */
	default String name() {
		return ClassUtils.getUserClass(this).getSimpleName();
	}

}
