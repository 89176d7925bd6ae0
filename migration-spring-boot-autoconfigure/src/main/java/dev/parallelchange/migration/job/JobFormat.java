package dev.parallelchange.migration.job;

/**
 * How a job tells what it has to say.
 */
public enum JobFormat {

	/** For people. */
	TEXT,

	/** For programs: one line with one JSON object. */
	JSON

}
