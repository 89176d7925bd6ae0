package dev.parallelchange.migration.actuate;

import dev.parallelchange.migration.actuate.EndpointApplication.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page and its requests on WebFlux.
 */
class ReactivePageTests {

	private static EndpointApplication application;

	@BeforeAll
	static void startApplication() {
		application = new EndpointApplication("spring.main.web-application-type=reactive",
				"management.endpoint.migrations.access=unrestricted");
	}

	@AfterAll
	static void stopApplication() {
		application.close();
	}

	@Test
	void aBrowserGetsThePageAndEverybodyElseJson() {
		for (String path : new String[] { "migrations", "migrations/user-settings" }) {
			Answer page = application.get(path, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
			assertThat(page.contentType()).startsWith("text/html");
			assertThat(page.body()).startsWith("<!DOCTYPE html>");
			assertThat(application.get(path, "*/*").json()).isNotEmpty();
			assertThat(application.get(path, "application/json").contentType()).isEqualTo("application/json");
			assertThat(application.get(path).json()).isNotEmpty();
		}
	}

	@Test
	void theMethodsOfAPlanSayThatItTakesChanges() {
		assertThat(application.options("migrations/user-settings")).contains("GET", "POST");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "" })
	void onlyJsonIsAChange(String contentType) {
		for (String path : new String[] { "migrations/user-settings", "migrations/user-settings?hold=OFF" }) {
			assertThat(application.post(path, "{\"hold\": \"OFF\"}", contentType).status()).isEqualTo(415);
		}
		assertThat(application.get("migrations/user-settings").json()).doesNotContainKey("hold");
		assertThat(application.post("migrations/user-settings", "{\"hold\": \"OFF\"}").at("hold")).isEqualTo("OFF");
		assertThat(application.post("migrations/user-settings", "{\"hold\": \"none\"}").status()).isEqualTo(200);
	}

}
