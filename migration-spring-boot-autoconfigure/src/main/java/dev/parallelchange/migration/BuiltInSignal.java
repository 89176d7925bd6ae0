package dev.parallelchange.migration;

import java.util.Locale;

/**
 * The signals that copies are throttled by without further ado.
 */
public enum BuiltInSignal {

	/** The lag of the slowest replica, in seconds. */
	REPLICATION_LAG,

	/** Threads that wait for a connection of the application's pool. */
	POOL_WAITING,

	/** Sessions that the database is working for, besides those that copy. */
	ACTIVE_SESSIONS,

	/** The longest wait for a lock in the database, in seconds. */
	LOCK_WAIT,

	/** The longest wait for a lock that a copy holds, in seconds. */
	COPY_LOCK_WAIT,

	/** The time that a small transaction takes to commit, in seconds. */
	COMMIT_LATENCY;

	/**
	 * Return the name that the signal is shown under.
	 * @return the name, such as {@code pool-waiting}
	 */
	public String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
