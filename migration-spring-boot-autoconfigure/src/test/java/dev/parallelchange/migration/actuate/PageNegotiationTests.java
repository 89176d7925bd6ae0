package dev.parallelchange.migration.actuate;

import dev.parallelchange.migration.actuate.EndpointApplication.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who gets the page and who gets JSON, and what counts as a change.
 */
class PageNegotiationTests {

	private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
			+ "image/webp,image/apng,*/*;q=0.8";

	private static EndpointApplication application;

	@BeforeAll
	static void startApplication() {
		application = new EndpointApplication("management.endpoint.migrations.access=unrestricted");
	}

	@AfterAll
	static void stopApplication() {
		application.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "migrations", "migrations/user-settings", "migrations/other" })
	void aBrowserGetsThePage(String path) {
		Answer answer = application.get(path, BROWSER);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.contentType()).startsWith("text/html");
		assertThat(answer.body()).startsWith("<!DOCTYPE html>").doesNotContain("user-settings");
	}

	@Test
	void thePagesOfTheListAndOfAPlanKnowWhatTheyAre() {
		assertThat(application.get("migrations", BROWSER).body()).contains("<body data-kind=\"list\">");
		assertThat(application.get("migrations/x", BROWSER).body()).contains("<body data-kind=\"plan\">");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			*/*                                         | application/vnd.spring-boot.actuator.v3+json
			application/json                            | application/json
			application/json, text/plain, */*           | application/vnd.spring-boot.actuator.v3+json
			application/vnd.spring-boot.actuator.v2+json | application/vnd.spring-boot.actuator.v2+json
			application/*                               | application/vnd.spring-boot.actuator.v3+json
			""")
	void everybodyElseGetsJson(String accept, String contentType) {
		for (String path : new String[] { "migrations", "migrations/user-settings" }) {
			Answer answer = application.get(path, accept);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.contentType()).isEqualTo(contentType);
			assertThat(answer.json()).isNotEmpty();
		}
		assertThat(application.get("migrations/other", accept).status()).isEqualTo(404);
	}

	@Test
	void aClientThatSaysNothingGetsJson() {
		assertThat(application.get("migrations").contentType())
			.isEqualTo("application/vnd.spring-boot.actuator.v3+json");
	}

	@Test
	void theMethodsOfAPlanSayWhetherItTakesChanges() {
		assertThat(application.options("migrations/user-settings")).contains("GET", "POST");
		try (EndpointApplication readOnly = new EndpointApplication("management.server.port=0")) {
			assertThat(readOnly.options("migrations/user-settings")).contains("GET").doesNotContain("POST");
			assertThat(readOnly.get("migrations", BROWSER).contentType()).startsWith("text/html");
		}
	}

	/**
	 * Other sites can send these without asking; JSON they cannot.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "" })
	void onlyJsonIsAChange(String contentType) {
		for (String path : new String[] { "migrations/user-settings", "migrations/user-settings?hold=OFF" }) {
			assertThat(application.post(path, "{\"hold\": \"OFF\"}", contentType).status()).isEqualTo(415);
			assertThat(application.post(path, "", contentType).status()).isEqualTo(415);
		}
		assertThat(application.get("migrations/user-settings").json()).doesNotContainKey("hold");
	}

}
