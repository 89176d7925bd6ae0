package dev.parallelchange.migration;

/**
 * Root of the library's exceptions.
 */
public abstract class MigrationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String planId;

	protected MigrationException(String planId, String message, Throwable cause) {
		super(message, cause);
		this.planId = planId;
	}

	protected MigrationException(String planId, String message) {
		super(message);
		this.planId = planId;
	}

	/**
	 * Return the plan that the exception is about.
	 * @return the plan's id
	 */
	public String getPlanId() {
		return this.planId;
	}

}
