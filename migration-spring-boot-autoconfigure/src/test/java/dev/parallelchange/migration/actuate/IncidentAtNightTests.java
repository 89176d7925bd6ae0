package dev.parallelchange.migration.actuate;

import java.time.Duration;

import dev.parallelchange.migration.actuate.EndpointApplication.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An operator goes back although the configuration asks for {@code CUTOVER}.
 */
class IncidentAtNightTests {

	private static final String PLAN = "migrations/user-settings";

	private static EndpointApplication application;

	@BeforeAll
	static void startApplication() {
		application = new EndpointApplication("management.endpoint.migrations.access=unrestricted",
				"migration.plans.user-settings.switch=repository", "migration.plans.user-settings.phase=cutover",
				"migration.plans.user-settings.filter=source.id <> '%s'".formatted(EndpointApplication.SECRET_KEY));
	}

	@AfterAll
	static void stopApplication() {
		application.close();
	}

	@Test
	void operatorGoesBackAndStaysThereThroughARollingRestartUntilTheHoldIsLifted() {
		awaitPhase("CUTOVER");
		Answer answer = application.postAs("ada", PLAN, "{\"phase\": \"DUAL_READ\", \"reason\": \"reads are wrong\"}");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.at("hold")).isEqualTo("DUAL_READ");
		assertThat(answer.at("holdBy")).isEqualTo("ada");
		assertThat(answer.at("history.0.action")).isEqualTo("hold");
		assertThat((String) answer.at("history.0.reason"))
			.startsWith("reads are wrong (hold, since configuration of instance ")
			.endsWith(" asks for CUTOVER)");
		awaitPhase("DUAL_READ");

		application.roll();
		awaitAcknowledged();
		assertThat(application.get(PLAN).at("phase")).isEqualTo("DUAL_READ");
		assertThat(application.get(PLAN).at("instances.0.asks")).isEqualTo("CUTOVER");
		assertThat(application.get(PLAN).at("hold")).isEqualTo("DUAL_READ");

		assertThat(application.post(PLAN, "{\"hold\": \"none\", \"reason\": \"understood\"}").status()).isEqualTo(200);
		awaitPhase("CUTOVER");
	}

	/**
	 * The new instance has taken part for a while, alone.
	 */
	private static void awaitAcknowledged() {
		await(() -> {
			Answer answer = application.get(PLAN);
			assertThat(answer.at("instances.1")).isNull();
			assertThat(answer.at("instances.0.self")).isEqualTo(true);
			assertThat(answer.at("instances.0.acknowledgedEpoch")).isEqualTo(answer.at("epoch"));
			assertThat(((Number) answer.at("verification.compared")).longValue()).isPositive();
		});
		Object pass = application.get(PLAN).at("verification.lastPass");
		assertThat(application.post(PLAN, "{\"reconcile\": \"verify\"}").status()).isEqualTo(200);
		await(() -> assertThat(application.get(PLAN).at("verification.lastPass")).isNotEqualTo(pass));
	}

	private static void awaitPhase(String phase) {
		await(() -> {
			Answer answer = application.get(PLAN);
			assertThat(answer.at("phase")).as(() -> String.valueOf(answer.at("next"))).isEqualTo(phase);
		});
	}

	private static void await(org.awaitility.core.ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
	}

}
