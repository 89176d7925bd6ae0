package dev.parallelchange.migration.test;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.core.env.StandardEnvironment;

/**
 * Leaves out what moves plans while the suite runs on one side.
 */
class FixedSideCondition implements ExecutionCondition {

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		String side = new StandardEnvironment().getProperty("migration.side");
		return (side != null)
				? ConditionEvaluationResult.disabled("migration.side is %s, so that no plan moves".formatted(side))
				: ConditionEvaluationResult.enabled("migration.side is not set");
	}

}
