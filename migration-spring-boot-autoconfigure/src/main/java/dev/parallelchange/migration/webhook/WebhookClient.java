package dev.parallelchange.migration.webhook;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Posts a message once. Nothing that it says names the address, which is a secret.
 */
final class WebhookClient {

	private final RestClient client;

	private final WebhookSettings settings;

	WebhookClient(WebhookSettings settings) {
		this.settings = settings;
		JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(
				HttpClient.newBuilder().connectTimeout(settings.connectTimeout()).build());
		requests.setReadTimeout(settings.readTimeout());
		this.client = RestClient.builder().requestFactory(requests).build();
	}

	Answer post(String json) {
		try {
			return this.client.post()
				.uri(this.settings.url())
				.headers((headers) -> this.settings.headers().forEach(headers::set))
				.contentType(MediaType.APPLICATION_JSON)
				.body(json.getBytes(StandardCharsets.UTF_8))
				.exchangeForRequiredValue((request, response) -> Answer.of(response.getStatusCode(),
						response.getHeaders().getFirst("Retry-After")));
		}
		catch (RuntimeException ex) {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
			return new Answer(false, true, null, cause.getClass().getSimpleName());
		}
	}

	/**
	 * What came back.
	 *
	 * @param taken whether the message has been taken
	 * @param passing whether another attempt may succeed
	 * @param retryAfter how long the other side wants to be left alone; {@code null} if
	 * it does not say
	 * @param words what to log
	 */
	record Answer(boolean taken, boolean passing, @Nullable Duration retryAfter, String words) {

		static Answer of(HttpStatusCode status, @Nullable String retryAfter) {
			boolean passing = status.is5xxServerError() || status.value() == 429 || status.value() == 408;
			return new Answer(status.is2xxSuccessful(), passing, duration(retryAfter), "status " + status.value());
		}

		/**
		 * A number of seconds, or a date.
		 */
		private static @Nullable Duration duration(@Nullable String retryAfter) {
			if (retryAfter == null) {
				return null;
			}
			try {
				return retryAfter.strip().matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(retryAfter.strip()))
						: Duration.between(Instant.now(),
								ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME));
			}
			catch (DateTimeParseException ex) {
				return null;
			}
		}

	}

}
