package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.UUID;

/**
 * Keeps the fences behind which the leading sides of plans change.
 */
public interface FenceStore {

	/**
	 * Announce a fence, unless there is one already, the last one was given up just now,
	 * or the plan has left the epoch.
	 * @param planId the plan's id
	 * @param epoch the epoch that it is to end
	 * @param lead the time until it begins
	 * @param limit the time from its beginning to its end
	 */
	void announce(String planId, long epoch, Duration lead, Duration limit);

	/**
	 * Record that an instance knows of a fence.
	 * @param planId the plan's id
	 * @param instanceId the instance's id
	 * @param number the fence's number
	 */
	void see(String planId, UUID instanceId, long number);

	/**
	 * Record that no writer of an instance is left behind a fence that has begun.
	 * @param planId the plan's id
	 * @param instanceId the instance's id
	 * @param number the fence's number
	 */
	void drain(String planId, UUID instanceId, long number);

	/**
	 * Give a fence up; the next one can be announced after a while, which doubles with
	 * each time.
	 * @param planId the plan's id
	 * @param number the fence's number
	 * @param trouble what has kept the leading side from changing
	 */
	void giveUp(String planId, long number, String trouble);

}
