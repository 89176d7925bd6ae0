package dev.parallelchange.migration.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.webhook.WebhookSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;

/**
 * Checks how the webhook is configured. What it says does not name the address.
 */
final class WebhookConfiguration {

	private WebhookConfiguration() {
	}

	static WebhookSettings settings(MigrationWebhookProperties properties, MigrationPlans plans) {
		positive("connect-timeout", properties.connectTimeout());
		positive("read-timeout", properties.readTimeout());
		positive("backoff", properties.backoff());
		positive("attempts", properties.attempts());
		positive("queue-capacity", properties.queueCapacity());
		return new WebhookSettings(url(properties.url()), properties.headers(), properties.events(),
				planIds(properties.plans(), plans), properties.showValues(), properties.connectTimeout(),
				properties.readTimeout(), properties.attempts(), properties.backoff(), properties.pauseDelay(),
				properties.queueCapacity());
	}

	private static URI url(@Nullable String url) {
		try {
			URI uri = URI.create(String.valueOf(url).strip());
			if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
				return uri;
			}
		}
		catch (IllegalArgumentException ex) {
			// The exception would name the address.
		}
		throw new InvalidWebhookException("'migration.webhook.url' is no address that begins with http:// or https://",
				"Correct it, or remove it to have no webhook");
	}

	private static Set<String> planIds(Set<String> wanted, MigrationPlans plans) {
		if (CollectionUtils.isEmpty(wanted)) {
			return plans.all().stream().map(MigrationPlan::id).collect(Collectors.toUnmodifiableSet());
		}
		return wanted.stream().map((id) -> planId(id, plans)).collect(Collectors.toUnmodifiableSet());
	}

	private static String planId(String id, MigrationPlans plans) {
		MigrationPlan plan = plans.find(id);
		if (plan == null) {
			throw new InvalidWebhookException("'migration.webhook.plans' names '%s', which is no plan".formatted(id),
					"Use some of " + plans.all().stream().map(MigrationPlan::id).toList());
		}
		return plan.id();
	}

	private static void positive(String name, Duration duration) {
		positive(name, duration.toMillis());
	}

	private static void positive(String name, long number) {
		if (number <= 0) {
			throw new InvalidWebhookException("'migration.webhook.%s' is not positive".formatted(name),
					"Correct it, or remove it for the default");
		}
	}

}
