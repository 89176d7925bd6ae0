package dev.parallelchange.migration.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.parallelchange.migration.actuate.EndpointApplication.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Scripts on the endpoint.
 */
class ScriptedEndpointTests {

	private static final String PLAN = "migrations/user-settings";

	@TempDir
	private Path scripts;

	@Test
	void findingsAndObservationsAreShownAndTheGateSaysWhatToWrite() throws IOException {
		Files.writeString(this.scripts.resolve("V1__index.sql"), "create index users_mail on users (newsletter);");
		Files.writeString(this.scripts.resolve("V2__column.sql"),
				"-- migration:allow json: nobody compares it\nalter table settings add column extra json;");
		try (EndpointApplication application = new EndpointApplication(
				"management.endpoint.migrations.access=unrestricted",
				"migration.plans.user-settings.scripts.observe=true",
				"migration.plans.user-settings.scripts.expand=file:" + this.scripts)) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> application.get(PLAN).at("scripts.1.observed.0.locks.0") != null);
			Answer answer = application.get(PLAN);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.at("scripts.0.state")).isEqualTo("PENDING");
			assertThat(answer.at("scripts.0.findings.0.rule")).isEqualTo("index-not-concurrent");
			assertThat(answer.at("scripts.0.findings.0.line")).isEqualTo(1);
			assertThat(answer.at("scripts.0.findings.0.rewrite"))
				.isEqualTo("create index concurrently if not exists users_mail on users (newsletter)");
			assertThat(answer.at("scripts.0.findings.0.allowed")).isNull();
			assertThat(answer.at("scripts.1.findings.0.allowed")).isEqualTo("nobody compares it");
			assertThat(answer.at("scripts.0.observed.0.locks.0")).isEqualTo("ShareLock on users");
			assertThat(answer.at("scripts.1.observed.0.locks.0")).isEqualTo("AccessExclusiveLock on settings");
			Answer refused = application.post(PLAN, "{\"phase\": \"EXPAND\"}");
			assertThat(refused.status()).isEqualTo(409);
			assertThat(refused.at("gates.0.name")).isEqualTo("script-review");
			assertThat(refused.at("gates.0.remedy").toString())
				.contains("create index concurrently if not exists users_mail on users (newsletter)");
			assertThat(application.post(PLAN, "{\"scripts\": \"retry\"}").status()).isEqualTo(200);
		}
	}

}
