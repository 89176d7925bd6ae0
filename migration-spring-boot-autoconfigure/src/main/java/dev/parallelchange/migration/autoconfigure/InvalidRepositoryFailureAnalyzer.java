package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.InvalidRepositoryException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a migrated repository cannot be routed.
 */
class InvalidRepositoryFailureAnalyzer extends AbstractFailureAnalyzer<InvalidRepositoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidRepositoryException cause) {
		String description = "The migrated repository %s of plan '%s' cannot be used: %s."
			.formatted(cause.getRepository(), cause.getPlanId(), cause.getProblem());
		return new FailureAnalysis(description, cause.getFix() + ".", cause);
	}

}
