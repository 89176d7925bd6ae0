package dev.parallelchange.migration.job;

import dev.parallelchange.migration.MigrationStatus;

/**
 * Where a job tells what it does.
 */
interface JobOutput {

	/**
	 * Tell how far a plan is that the job waits for; called with each look.
	 */
	void progress(MigrationStatus status);

	/**
	 * Tell something at once.
	 */
	void say(String line);

	/**
	 * Tell how the job has ended.
	 */
	void end(String command, JobOutcome outcome);

}
