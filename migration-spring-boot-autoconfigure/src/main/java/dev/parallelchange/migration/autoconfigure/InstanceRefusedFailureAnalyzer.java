package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.InstanceRefusedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why this release must not take part any more.
 */
final class InstanceRefusedFailureAnalyzer extends AbstractFailureAnalyzer<InstanceRefusedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InstanceRefusedException cause) {
		return new FailureAnalysis(cause.getProblem() + ".", cause.getFix() + ".", cause);
	}

}
