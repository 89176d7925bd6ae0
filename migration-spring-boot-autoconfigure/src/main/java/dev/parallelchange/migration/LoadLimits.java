package dev.parallelchange.migration;

import java.time.Duration;

/**
 * The load of the application and its database above which a copy pauses. A limit of zero
 * switches its signal off.
 *
 * @param maxPoolWaiting threads that wait for a connection of the application's pool
 * @param maxActiveSessions sessions that the database is working for, besides those that
 * copy
 * @param maxLockWait the longest wait for a lock in the database
 * @param maxCopyLockWait the longest wait for a lock that a copy holds
 * @param maxCommitLatency the time that a small transaction takes to commit
 */
public record LoadLimits(int maxPoolWaiting, SessionLimit maxActiveSessions, Duration maxLockWait,
		Duration maxCopyLockWait, Duration maxCommitLatency) {

	/** The limits that apply where nothing else is said. */
	public static final LoadLimits DEFAULTS = new LoadLimits(1, SessionLimit.of("25%"), Duration.ofSeconds(5),
			Duration.ofMillis(500), Duration.ofMillis(200));

}
