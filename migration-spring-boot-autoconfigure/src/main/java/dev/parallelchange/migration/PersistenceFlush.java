package dev.parallelchange.migration;

/**
 * Sends changes that a persistence context still holds back to the database, so that the
 * mirror sees them.
 */
@FunctionalInterface
public interface PersistenceFlush {

	/**
	 * Flush what the thread's transaction holds back; does nothing if there is nothing.
	 */
	void flush();

}
