package dev.parallelchange.migration.webhook;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Where events are sent to, and how.
 *
 * @param url the address, which is a secret
 * @param headers further headers, which may be secrets
 * @param topics the kinds of events
 * @param planIds the plans
 * @param showValues whether what a database said about rows is quoted
 * @param connectTimeout how long to wait for a connection
 * @param readTimeout how long to wait for an answer
 * @param attempts how often a message is tried
 * @param backoff the delay before the second attempt; it doubles
 * @param pauseDelay how long a copy must have paused before it is told
 * @param queueCapacity how many messages may wait
 */
public record WebhookSettings(URI url, Map<String, String> headers, Set<WebhookTopic> topics, Set<String> planIds,
		boolean showValues, Duration connectTimeout, Duration readTimeout, int attempts, Duration backoff,
		Duration pauseDelay, int queueCapacity) {

	/**
	 * Without what is a secret.
	 */
	@Override
	public String toString() {
		return "WebhookSettings[topics=%s, planIds=%s]".formatted(this.topics, this.planIds);
	}

}
