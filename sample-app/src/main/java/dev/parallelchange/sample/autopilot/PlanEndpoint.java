package dev.parallelchange.sample.autopilot;

import java.util.Map;
import java.util.Objects;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

/**
 * The endpoint of one plan, as seen from outside.
 */
final class PlanEndpoint {

	private final RestClient client = RestClient.create();

	private final String planId;

	private String url;

	PlanEndpoint(String planId, String baseUrl) {
		this.planId = planId;
		this.url = address(baseUrl, planId);
	}

	/**
	 * Talk to another instance from now on.
	 */
	void moveTo(String baseUrl) {
		this.url = address(baseUrl, this.planId);
	}

	PlanView get() {
		return Objects.requireNonNull(this.client.get().uri(this.url).retrieve().body(PlanView.class));
	}

	/**
	 * Ask for a change.
	 * @return whether it was not refused by a gate
	 */
	boolean post(Map<String, ?> change) {
		HttpStatusCode status = this.client.post()
			.uri(this.url)
			.contentType(MediaType.APPLICATION_JSON)
			.body(change)
			.retrieve()
			.onStatus((code) -> code.isSameCodeAs(HttpStatus.CONFLICT), (request, response) -> {
			})
			.toEntity(String.class)
			.getStatusCode();
		return status.is2xxSuccessful();
	}

	@Override
	public String toString() {
		return this.url;
	}

	static String address(String baseUrl, String planId) {
		return baseUrl + "/actuator/migrations/" + planId;
	}

}
