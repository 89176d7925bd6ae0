package dev.parallelchange.migration.job;

/**
 * Thrown when a command cannot be carried out as it is written.
 */
class UsageException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UsageException(String message) {
		super(message);
	}

}
