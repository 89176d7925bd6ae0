package dev.parallelchange.migration;

/**
 * Thrown when a plan cannot work as it is declared.
 */
public class InvalidPlanException extends MigrationException {

	private static final long serialVersionUID = 1L;

	private final String property;

	private final String problem;

	private final String fix;

	/**
	 * Create the exception.
	 * @param planId the plan's id
	 * @param property the property below {@code migration.plans.<id>} that is wrong, such
	 * as {@code source.key}
	 * @param problem what is wrong, with the value
	 * @param fix what to do about it
	 */
	public InvalidPlanException(String planId, String property, String problem, String fix) {
		super(planId, "Plan '%s', %s: %s. %s".formatted(planId, property, problem, fix));
		this.property = property;
		this.problem = problem;
		this.fix = fix;
	}

	/**
	 * Return the property that is wrong.
	 * @return its name below {@code migration.plans.<id>}
	 */
	public String getProperty() {
		return this.property;
	}

	/**
	 * Return what is wrong.
	 * @return a phrase with the value
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * Return what to do.
	 * @return a sentence
	 */
	public String getFix() {
		return this.fix;
	}

}
