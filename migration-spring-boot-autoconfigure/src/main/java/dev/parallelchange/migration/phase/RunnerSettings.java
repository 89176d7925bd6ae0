package dev.parallelchange.migration.phase;

import java.time.Duration;

import dev.parallelchange.migration.SafetySettings;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * How this instance takes part in the cluster.
 *
 * @param poll the time between two polls
 * @param lease how long the instance counts as alive without a sign of life
 * @param deployment the deployment that the instance belongs to; {@code null} if unknown
 * @param version the application's version; {@code null} if unknown
 * @param role what it may do in the cluster
 */
public record RunnerSettings(Duration poll, Duration lease, @Nullable String deployment, @Nullable String version,
		Role role) {

	public RunnerSettings {
		Assert.isTrue(poll.toMillis() > 0, () -> "Poll interval %s must be at least 1 ms".formatted(poll));
		Assert.isTrue(lease.compareTo(poll.multipliedBy(2)) >= 0,
				() -> "Lease %s must be at least twice the poll interval %s".formatted(lease, poll));
	}

	public RunnerSettings(Duration poll, Duration lease, @Nullable String deployment, @Nullable String version) {
		this(poll, lease, deployment, version, Role.INSTANCE);
	}

	/**
	 * Long enough for every instance to hear of a fence before it begins.
	 */
	Duration fenceLead() {
		return this.poll.multipliedBy(2).plusMillis(200);
	}

	/**
	 * Short enough for an instance that waits for its end to renew its lease in time.
	 */
	Duration fenceLimit(SafetySettings safety) {
		Duration longest = this.lease.dividedBy(3);
		return (safety.maxWritePause().compareTo(longest) < 0) ? safety.maxWritePause() : longest;
	}

	/** What an instance may do in the cluster. */
	public enum Role {

		/** It works, and its configuration has a say in where plans go. */
		INSTANCE,

		/**
		 * It works and holds a lease, but its configuration has no say: it lives for as
		 * long as a job takes.
		 */
		JOB,

		/** It reads and asks, and the others do not know of it. */
		OBSERVER

	}

}
