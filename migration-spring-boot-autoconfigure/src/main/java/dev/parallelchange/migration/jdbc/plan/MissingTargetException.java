package dev.parallelchange.migration.jdbc.plan;

import dev.parallelchange.migration.InvalidPlanException;

/**
 * Thrown when a plan's target does not exist yet.
 */
final class MissingTargetException extends InvalidPlanException {

	private static final long serialVersionUID = 1L;

	MissingTargetException(String planId, String property, String problem, String fix) {
		super(planId, property, problem, fix);
	}

}
