package dev.parallelchange.migration.autoconfigure;

/**
 * Ends the process when a job has ended. An application that starts others in its own
 * process may define a bean of its own.
 */
@FunctionalInterface
public interface MigrationJobExit {

	/**
	 * End the process.
	 * @param code the exit code of the job
	 */
	void exit(int code);

}
