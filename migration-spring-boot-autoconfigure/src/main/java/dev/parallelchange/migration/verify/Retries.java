package dev.parallelchange.migration.verify;

import java.time.Duration;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.StatementFailure;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * Starts transactions again that have failed for no fault of their own.
 */
final class Retries {

	private static final Duration MAX_DELAY = Duration.ofSeconds(5);

	private Retries() {
	}

	static RetryTemplate of(DerivedPlan plan) {
		BackfillSettings settings = plan.plan().backfill();
		return new RetryTemplate(RetryPolicy.builder()
			.maxRetries(settings.retryAttempts())
			.delay(settings.retryBackoff())
			.jitter(settings.retryBackoff().dividedBy(2))
			.multiplier(2)
			.maxDelay((MAX_DELAY.compareTo(settings.retryBackoff()) > 0) ? MAX_DELAY : settings.retryBackoff())
			.predicate(StatementFailure::isTransient)
			.build());
	}

}
