package dev.parallelchange.migration.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a webhook that cannot work as it is configured.
 */
final class InvalidWebhookFailureAnalyzer extends AbstractFailureAnalyzer<InvalidWebhookException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidWebhookException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.getFix(), cause);
	}

}
