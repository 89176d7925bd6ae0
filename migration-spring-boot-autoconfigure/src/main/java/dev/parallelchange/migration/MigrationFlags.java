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

	/**
	 * Return whether somebody has explicitly switched a flag off for everybody, as
	 * opposed to a share that does not include the caller, a default, or a flag that is
	 * not known.
	 * @param plan the plan
	 * @param flag the flag
	 * @return {@code true} only if the flag is certain to be off
	 */
	default boolean isSwitchedOff(MigrationPlan plan, MigrationFlag flag) {
		return false;
	}

}
