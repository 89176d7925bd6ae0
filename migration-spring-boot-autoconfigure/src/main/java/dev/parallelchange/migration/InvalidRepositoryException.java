package dev.parallelchange.migration;

/**
 * Thrown at startup when a {@link MigratedRepository} cannot be routed.
 */
public class InvalidRepositoryException extends MigrationException {

	private static final long serialVersionUID = 1L;

	private final String repository;

	private final String problem;

	private final String fix;

	/**
	 * Create the exception.
	 * @param planId the plan's id
	 * @param repository the annotated interface
	 * @param problem what is wrong, naming the method or the beans
	 * @param fix what to do about it
	 */
	public InvalidRepositoryException(String planId, Class<?> repository, String problem, String fix) {
		super(planId, "Repository %s of plan '%s': %s. %s".formatted(repository.getName(), planId, problem, fix));
		this.repository = repository.getName();
		this.problem = problem;
		this.fix = fix;
	}

	/**
	 * Return the annotated interface.
	 * @return its name
	 */
	public String getRepository() {
		return this.repository;
	}

	/**
	 * Return what is wrong.
	 * @return a clause without a full stop
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
