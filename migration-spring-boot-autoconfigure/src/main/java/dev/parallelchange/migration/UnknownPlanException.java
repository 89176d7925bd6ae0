package dev.parallelchange.migration;

import java.util.Collection;

/**
 * Thrown when there is no plan of the given id.
 */
public class UnknownPlanException extends MigrationException {

	private static final long serialVersionUID = 1L;

	public UnknownPlanException(String planId, Collection<String> known) {
		super(planId, "There is no migration plan '%s'; the plans are %s".formatted(planId, known));
	}

}
