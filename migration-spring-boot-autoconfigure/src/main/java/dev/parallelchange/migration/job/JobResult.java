package dev.parallelchange.migration.job;

/**
 * How a job ended, for a pipeline to act on.
 */
public enum JobResult {

	/** What was asked for is so. */
	DONE(0),

	/** Something went wrong that has nothing to do with the plan's gates. */
	FAILED(1),

	/** The command cannot be carried out as it is written. */
	USAGE(2),

	/** A gate is closed that somebody has to open. */
	GATE_CLOSED(3),

	/** Nothing but an approval is missing. */
	APPROVAL_MISSING(4),

	/** Rows differ, or something was found with which a plan should not go on. */
	FINDINGS(5),

	/** The time was over before what was asked for was so. */
	TIMEOUT(6),

	/** The process was told to end, by SIGTERM or SIGINT. */
	TERMINATED(143);

	private final int exitCode;

	JobResult(int exitCode) {
		this.exitCode = exitCode;
	}

	/**
	 * Return the exit code of the process.
	 * @return the code
	 */
	public int exitCode() {
		return this.exitCode;
	}

}
