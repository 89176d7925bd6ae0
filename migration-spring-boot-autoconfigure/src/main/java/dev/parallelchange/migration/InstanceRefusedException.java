package dev.parallelchange.migration;

/**
 * Thrown at startup when this release uses a source that has been given up.
 */
public class InstanceRefusedException extends MigrationException {

	private static final long serialVersionUID = 1L;

	public InstanceRefusedException(String planId, MigrationPhase phase) {
		super(planId,
				("Plan '%s' is in %s, but this release still uses its source, which is no longer kept up to date. "
						+ "Start a release with 'migration.plans.%s.uses=target'")
					.formatted(planId, phase, planId));
	}

}
