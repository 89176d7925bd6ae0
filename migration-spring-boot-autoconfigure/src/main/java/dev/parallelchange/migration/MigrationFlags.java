package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * Decides the flags of plans; an implementation must answer from memory and must not
 * throw.
 */
@FunctionalInterface
public interface MigrationFlags {

	/**
	 * Evaluate a flag.
	 * @param plan the plan
	 * @param flag the flag
	 * @param stickiness what a percentage sticks to, such as a row's key; {@code null} if
	 * there is nothing
	 * @return whether the flag is on
	 */
	boolean isEnabled(MigrationPlan plan, MigrationFlag flag, @Nullable String stickiness);

}
