package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether the answers of both sides to one read are equal.
 */
@FunctionalInterface
public interface ReadComparison {

	/**
	 * Compare two answers.
	 * @param planId the plan's id
	 * @param source the source's answer
	 * @param target the target's answer
	 * @return whether they are equal
	 */
	boolean isEqual(String planId, @Nullable Object source, @Nullable Object target);

}
