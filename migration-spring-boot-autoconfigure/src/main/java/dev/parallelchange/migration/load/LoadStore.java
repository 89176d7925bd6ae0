package dev.parallelchange.migration.load;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Reads the load of the database that holds the plans' tables.
 */
public interface LoadStore {

	/**
	 * Count the sessions of the server.
	 * @return the sessions; {@code null} if the database user may not see any
	 */
	@Nullable Sessions sessions();

	/**
	 * Measure the waits for locks in the database.
	 * @return the waits; {@code null} if the database user may not see them
	 */
	@Nullable LockWaits lockWaits();

	/**
	 * Commit a small transaction.
	 * @return the time that the commit took
	 */
	Duration commit();

	/**
	 * The sessions of a server.
	 *
	 * @param active those that it is working for, without those that copy
	 * @param hidden those of which the database user may not see what they do
	 * @param max as many as it allows
	 */
	record Sessions(long active, long hidden, long max) {

	}

	/**
	 * Waits for locks, except advisory ones: what these mean is the application's affair.
	 *
	 * @param longest the longest wait
	 * @param forCopy the longest wait for a session that copies
	 */
	record LockWaits(Duration longest, Duration forCopy) {

	}

}
