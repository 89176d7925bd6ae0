package dev.parallelchange.migration.routing;

import org.jspecify.annotations.Nullable;

/**
 * Keeps how many reads the cluster has compared.
 */
public interface ComparisonStore {

	/**
	 * Add to the figures of a plan; those of an earlier {@code DUAL_READ} are replaced,
	 * and what belongs to an earlier one than those is ignored.
	 * @param planId the plan's id
	 * @param epoch the epoch in which the reads were compared
	 * @param restarts whether figures of an earlier epoch are replaced instead of added
	 * to
	 * @param added what is added
	 */
	void add(String planId, long epoch, boolean restarts, Compared added);

	/**
	 * Read the figures of a plan.
	 * @param planId the plan's id
	 * @return the figures, with the epoch in which they began
	 */
	Compared read(String planId);

	/**
	 * How many reads have been compared.
	 *
	 * @param epoch the epoch in which counting began; negative if it has not
	 * @param compared the reads compared
	 * @param mismatched those that differed
	 * @param lastMismatch the latest difference in words; {@code null} for none
	 */
	record Compared(long epoch, long compared, long mismatched, @Nullable String lastMismatch) {

		/** Nothing has been compared. */
		public static final Compared NOTHING = new Compared(-1, 0, 0, null);

	}

}
