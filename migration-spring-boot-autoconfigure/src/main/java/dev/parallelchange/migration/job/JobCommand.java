package dev.parallelchange.migration.job;

/**
 * One command of a job.
 */
interface JobCommand {

	/**
	 * Carry it out.
	 * @return how it ended
	 * @throws UsageException if it cannot be carried out as it is written
	 */
	JobOutcome run(JobLine line);

}
