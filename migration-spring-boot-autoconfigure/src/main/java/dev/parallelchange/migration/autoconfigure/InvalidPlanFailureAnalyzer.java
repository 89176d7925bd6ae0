package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.InvalidPlanException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a plan that cannot work as it is declared.
 */
final class InvalidPlanFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPlanException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidPlanException cause) {
		String description = "The migration plan '%s' cannot work as it is declared.%n%n    Property: migration.plans.%s.%s%n    Reason: %s"
			.formatted(cause.getPlanId(), cause.getPlanId(), cause.getProperty(), cause.getProblem());
		return new FailureAnalysis(description, cause.getFix(), cause);
	}

}
