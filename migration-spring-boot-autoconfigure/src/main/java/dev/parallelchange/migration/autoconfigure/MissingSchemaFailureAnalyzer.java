package dev.parallelchange.migration.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which script creates the missing tables.
 */
final class MissingSchemaFailureAnalyzer extends AbstractFailureAnalyzer<MissingSchemaException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingSchemaException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.getFix(), cause);
	}

}
