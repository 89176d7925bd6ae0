package dev.parallelchange.migration;

/**
 * Thrown at startup when this release uses a source that has been given up.
 */
public class InstanceRefusedException extends MigrationException {

	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String fix;

	public InstanceRefusedException(String planId, MigrationPhase phase) {
		this(planId,
				"Plan '%s' is in %s, but this release still uses its source, which is no longer kept up to date"
					.formatted(planId, phase),
				"Start a release with 'migration.plans.%s.uses=target'".formatted(planId));
	}

	private InstanceRefusedException(String planId, String problem, String fix) {
		super(planId, problem + ". " + fix);
		this.problem = problem;
		this.fix = fix;
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
	 * @return a clause without a full stop
	 */
	public String getFix() {
		return this.fix;
	}

}
