package dev.parallelchange.migration;

/**
 * Thrown when a plan cannot be rehearsed now.
 */
public final class RehearsalRefusedException extends MigrationException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param planId the plan's id
	 * @param reason why, and what to do
	 */
	public RehearsalRefusedException(String planId, String reason) {
		super(planId, "Plan '%s' cannot be rehearsed now: %s".formatted(planId, reason));
	}

}
