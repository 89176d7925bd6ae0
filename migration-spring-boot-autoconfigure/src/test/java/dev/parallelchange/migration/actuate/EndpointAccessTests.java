package dev.parallelchange.migration.actuate;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.actuate.EndpointApplication.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may see and do what at the endpoint.
 */
class EndpointAccessTests {

	@Test
	void theEndpointIsReadOnlyUnlessItIsOpened() {
		try (EndpointApplication application = new EndpointApplication()) {
			assertThat(application.get("migrations/user-settings").status()).isEqualTo(200);
			Answer refused = application.post("migrations/user-settings", "{\"phase\": \"EXPAND\"}");
			assertThat(EndpointPage.rows(EndpointPageTests.REFUSALS))
				.filteredOn((row) -> row.get(0).contains("read-only"))
				.singleElement()
				.isEqualTo(List.of("any change while `access` is `read-only`", "405",
						EndpointPageTests.refusal(refused).get(1)));
			assertThat(refused.status()).isEqualTo(405);
			assertThat(application.get("migrations/user-settings").at("phase")).isEqualTo("OFF");
		}
	}

	@Test
	void keysAndValuesOfRowsAreShownWhereThatIsAllowed() {
		try (EndpointApplication application = new EndpointApplication(
				"management.endpoint.migrations.show-values=always")) {
			application.context()
				.getBean(MigrationRunner.class)
				.change("user-settings", ChangeRequest.phase(MigrationPhase.BACKFILL, "test", "copy"));
			Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
				Answer answer = application.get("migrations/user-settings");
				assertThat((String) answer.at("backfill.quarantine.0.key")).contains(EndpointApplication.SECRET_KEY);
				assertThat((String) answer.at("backfill.quarantine.0.statement"))
					.contains(EndpointApplication.SECRET_KEY);
				assertThat((String) answer.at("backfill.quarantine.0.error"))
					.contains(EndpointApplication.SECRET_VALUE);
			});
			application.context()
				.getBean(MigrationRunner.class)
				.rehearse("user-settings", RehearsalRequest.DEFAULT)
				.join();
			Answer answer = application.get("migrations/user-settings");
			assertThat((String) answer.at("rehearsal.report.findings.0.samples.0.key"))
				.contains(EndpointApplication.SECRET_KEY);
			assertThat((String) answer.at("rehearsal.report.findings.0.samples.0.value"))
				.contains(EndpointApplication.SECRET_VALUE);
		}
	}

	@Test
	void anEndpointThatIsClosedIsNotThere() {
		try (EndpointApplication application = new EndpointApplication("management.endpoint.migrations.access=none")) {
			assertThat(application.get("migrations").status()).isEqualTo(404);
			assertThat(application.context().getBeansOfType(MigrationsEndpoint.class)).isEmpty();
		}
	}

}
