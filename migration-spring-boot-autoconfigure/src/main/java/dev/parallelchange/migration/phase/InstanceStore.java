package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import dev.parallelchange.migration.MigrationPhase;

/**
 * Keeps which instances live, what they ask for, and what they have acknowledged.
 */
public interface InstanceStore {

	/**
	 * Let an instance take part, in one transaction in which no plan can move.
	 * @param instance the instance
	 * @param poll the time between two of its polls
	 * @param lease how long it counts as alive
	 * @param participations what its configuration says
	 * @param check looks at the phases by plan; what it throws keeps the instance out
	 */
	void join(InstanceIdentity instance, Duration poll, Duration lease, List<Participation> participations,
			Consumer<Map<String, MigrationPhase>> check);

	/**
	 * Renew an instance's lease.
	 * @param instanceId the instance's id
	 * @param lease how long it counts as alive from now on
	 * @return {@code false} if the lease has ended, so that the instance must join again
	 */
	boolean renew(UUID instanceId, Duration lease);

	/**
	 * End an instance's lease.
	 * @param instanceId the instance's id
	 */
	void leave(UUID instanceId);

	/**
	 * Record that an instance has nothing in flight that began before an epoch.
	 * @param planId the plan's id
	 * @param instanceId the instance's id
	 * @param epoch the epoch
	 */
	void acknowledge(String planId, UUID instanceId, long epoch);

	/**
	 * Record what an instance means by a plan.
	 * @param planId the plan's id
	 * @param instanceId the instance's id
	 * @param own what it means
	 */
	void define(String planId, UUID instanceId, OwnDefinition own);

	/**
	 * Return the live instances of plans.
	 * @param planIds the plans' ids
	 * @return the instances, the longest-lived first
	 */
	List<Participant> live(Collection<String> planIds);

	/**
	 * Return a plan's live instances, and keep every instance of the plan from renewing
	 * its lease until the thread's transaction has ended, so that one that is taken for
	 * dead cannot live on.
	 * @param planId the plan's id
	 * @return the live instances
	 */
	List<Participant> liveAndHeld(String planId);

	/**
	 * Look for transactions that are older than the last acknowledgement of an epoch.
	 * @param planId the plan's id
	 * @param epoch the epoch
	 * @return what was found
	 */
	OlderTransactions olderTransactions(String planId, long epoch);

}
