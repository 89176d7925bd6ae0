package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.UnknownPlanException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which plans there are where another one is asked for.
 */
final class UnknownPlanFailureAnalyzer extends AbstractFailureAnalyzer<UnknownPlanException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownPlanException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Use the id of one of these plans, or declare 'migration.plans.%s'.".formatted(cause.getPlanId()),
				cause);
	}

}
