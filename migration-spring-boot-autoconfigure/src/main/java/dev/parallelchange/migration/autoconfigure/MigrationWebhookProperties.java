package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.migration.webhook.WebhookTopic;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the webhook that is told what happens to plans.
 *
 * @param url address that messages are posted to, such as that of an incoming webhook of
 * Slack; a secret
 * @param headers further headers of each request, such as 'Authorization'; secrets
 * @param events kinds of events to send
 * @param plans ids of the plans to tell of; all where it is empty
 * @param showValues whether messages may quote what a database said, which may show
 * values of rows
 * @param connectTimeout how long to wait for a connection
 * @param readTimeout how long to wait for an answer
 * @param attempts how often a message is tried
 * @param backoff delay before the second attempt; it doubles
 * @param pauseDelay how long a copy must have paused before it is told
 * @param queueCapacity messages that may wait; others are dropped
 */
@ConfigurationProperties("migration.webhook")
record MigrationWebhookProperties(@Nullable String url, @DefaultValue Map<String, String> headers, @DefaultValue( {
		"transitions", "pauses", "divergences", "failures" }) Set<WebhookTopic> events, @DefaultValue Set<String> plans,
		@DefaultValue("false") boolean showValues, @DefaultValue("2s") Duration connectTimeout,
		@DefaultValue("5s") Duration readTimeout, @DefaultValue("5") int attempts, @DefaultValue("1s") Duration backoff,
		@DefaultValue("30s") Duration pauseDelay, @DefaultValue("100") int queueCapacity){

	/**
	 * Without what is a secret.
	 */
	@Override
	public String toString() {
		return "MigrationWebhookProperties[events=%s, plans=%s]".formatted(this.events, this.plans);
	}

}
