package dev.parallelchange.migration.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.actuate.EndpointApplication.Answer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoint over HTTP, open for writes and without values of rows, beside a plan that
 * moves on from test to test.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MigrationsEndpointTests {

	private static final String PLAN = "migrations/user-settings";

	private static EndpointApplication application;

	@BeforeAll
	static void startApplication() {
		application = new EndpointApplication("spring.jackson.property-naming-strategy=SNAKE_CASE",
				"management.endpoint.migrations.access=unrestricted",
				"migration.plans.user-settings.backfill.max-quarantine=10");
	}

	@AfterAll
	static void stopApplication() {
		application.close();
	}

	@Test
	@Order(1)
	void theListHasALineForEachPlan() {
		Answer answer = application.get("migrations");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.at("plans.0.id")).isEqualTo("user-settings");
		assertThat(answer.at("plans.0.phase")).isEqualTo("OFF");
		assertThat(answer.at("plans.0.pending")).isEqualTo(0);
	}

	@Test
	@Order(1)
	void theListHasEverythingAboutEachPlanWhereDetailsAreAskedFor() {
		Answer answer = application.get("migrations?details=true");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.at("plans.0.plan.shape")).isEqualTo("MOVED_TABLE");
		assertThat(answer.at("plans.0.next.phase")).isEqualTo("EXPAND");
		assertThat((Number) answer.at("plans.0.instances.0.silentSeconds")).isNotNull();
		assertThat(application.get("migrations?details=perhaps").at("message"))
			.isEqualTo("Unknown value 'perhaps' for 'details': use true or false");
	}

	@Test
	@Order(1)
	void aPlanIsShownAsItWasDerived() {
		Answer answer = application.get(PLAN);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.at("plan.shape")).isEqualTo("MOVED_TABLE");
		assertThat(answer.at("plan.source")).isEqualTo("public.users");
		assertThat(answer.at("plan.mapping.newsletter")).isEqualTo("source.newsletter::boolean");
		assertThat(answer.at("instances.0.self")).isEqualTo(true);
		assertThat(answer.at("next.phase")).isEqualTo("EXPAND");
	}

	@Test
	@Order(1)
	void aPlanIsFoundByAnySpellingOfItsId() {
		assertThat(application.get("migrations/USERSETTINGS").at("id")).isEqualTo("user-settings");
	}

	@Test
	@Order(1)
	void anUnknownPlanIsNotFoundAndTheKnownOnesAreNamed() {
		Answer read = application.get("migrations/other");
		assertThat(read.status()).isEqualTo(404);
		assertThat(read.at("message")).isEqualTo("There is no migration plan 'other'; the plans are [user-settings]");
		assertThat(application.post("migrations/other", "{\"phase\": \"EXPAND\"}").status()).isEqualTo(404);
	}

	@ParameterizedTest
	@Order(1)
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"phase":
			{"phase": ["EXPAND"]}
			""")
	void whatIsNoJsonObjectOfTextsIsRefused(String body) {
		assertThat(application.post(PLAN, body).status()).isEqualTo(400);
		assertThat(application.get(PLAN).at("phase")).isEqualTo("OFF");
	}

	@Test
	@Order(1)
	void aTrialChangesNothing() {
		Answer answer = application.post(PLAN, "{\"phase\": \"DUAL_WRITE\", \"dryRun\": true}");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.at("phase")).isEqualTo("OFF");
		assertThat(answer.json()).doesNotContainKey("requested");
		assertThat((List<?>) answer.at("next.gates")).isNotEmpty();
		assertThat(application.get(PLAN).json()).doesNotContainKey("requested");
	}

	@Test
	@Order(1)
	void aRehearsalSaysWhatWouldFailWithoutShowingIt() {
		Answer asked = application.post(PLAN, "{\"rehearse\": true}");
		assertThat(asked.status()).isEqualTo(200);
		assertThat((String) asked.at("rehearsal.state")).isIn("RUNNING", "FINISHED");
		await(() -> assertThat(application.get(PLAN).at("rehearsal.state")).isEqualTo("FINISHED"));
		Answer answer = application.get(PLAN);
		assertThat(answer.at("phase")).isEqualTo("OFF");
		assertThat(answer.at("rehearsal.report.rows")).isEqualTo(101);
		assertThat(answer.at("rehearsal.report.findings.0.severity")).isEqualTo("BLOCKING");
		assertThat(answer.at("rehearsal.report.findings.0.subject")).isEqualTo("newsletter");
		assertThat(answer.at("rehearsal.report.findings.0.count")).isEqualTo(1);
		assertThat((List<?>) answer.at("rehearsal.report.findings.0.samples")).isEmpty();
		assertThat(answer.body()).doesNotContain(EndpointApplication.SECRET_KEY, EndpointApplication.SECRET_VALUE);
	}

	@Test
	@Order(2)
	void aHoldIsSetByAUserAndLifted() {
		Answer held = application.postAs("ada", PLAN, "{\"hold\": \"dual-write\", \"reason\": \"freeze\"}");
		assertThat(held.at("hold")).isEqualTo("DUAL_WRITE");
		assertThat(held.at("holdBy")).isEqualTo("ada");
		assertThat(held.at("history.0.actor")).isEqualTo("ada");
		assertThat(held.at("history.0.reason")).isEqualTo("freeze");
		Answer lifted = application.post(PLAN, "{\"hold\": \"none\"}");
		assertThat(lifted.json()).doesNotContainKeys("hold", "holdBy");
		assertThat(lifted.at("history.0.actor")).isEqualTo("endpoint");
	}

	@Test
	@Order(2)
	void aShareOfReadsIsGivenAndLeftToTheFlagAgain() {
		assertThat(application.post(PLAN, "{\"reads\": 12.5}").at("history.0.reason")).isEqualTo("12.5 %");
		Answer flag = application.post(PLAN, "{\"reads\": \"flag\", \"reason\": \"enough\"}");
		assertThat(flag.at("history.0.action")).isEqualTo("reads");
		assertThat((String) flag.at("history.0.reason")).contains("enough");
	}

	@Test
	@Order(3)
	void anApprovalIsRecordedWithItsReason() {
		Answer answer = application.postAs("grace", PLAN, "{\"approve\": \"CONTRACT\", \"reason\": \"ticket 7\"}");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.at("history.0.actor")).isEqualTo("grace");
		assertThat(answer.at("history.0.reason")).isEqualTo("ticket 7");
		assertThat(answer.at("approvals.0.phase")).isEqualTo("CONTRACT");
		assertThat(answer.at("approvals.0.actor")).isEqualTo("grace");
		assertThat(answer.at("approvals.0.reason")).isEqualTo("ticket 7");
	}

	@Test
	@Order(4)
	void theCopyIsPausedByTheEndpoint() {
		assertThat(application.post(PLAN, "{\"backfill\": \"paused\", \"reason\": \"lunch\"}").status()).isEqualTo(200);
		assertThat(application.post(PLAN, "{\"phase\": \"DUAL_WRITE\"}").status()).isEqualTo(200);
		await(() -> assertThat(application.get(PLAN).at("phase")).isEqualTo("DUAL_WRITE"));
		await(() -> {
			Answer refused = application.post(PLAN, "{\"phase\": \"BACKFILL\"}");
			assertThat(refused.status()).isEqualTo(409);
			assertThat(refused.at("gates.0.name")).as("what the rehearsal has found").isEqualTo("rehearsal");
		});
		assertThat(
				application.post(PLAN, "{\"phase\": \"BACKFILL\", \"force\": true, \"reason\": \"one row is known\"}")
					.status())
			.isEqualTo(200);
		await(() -> {
			Answer answer = application.get(PLAN);
			assertThat(answer.at("phase")).isEqualTo("BACKFILL");
			assertThat(answer.at("backfill.state")).isEqualTo("PAUSED");
			assertThat(answer.at("backfill.pauseReason")).isEqualTo("paused by endpoint: lunch");
		});
	}

	@Test
	@Order(5)
	void aRowThatDoesNotFitKeepsAGateClosed() {
		assertThat(application.post(PLAN, "{\"backfill\": \"running\"}").status()).isEqualTo(200);
		await(() -> {
			Answer answer = application.get(PLAN);
			assertThat(answer.at("backfill.state")).isEqualTo("FINISHED");
			assertThat(answer.at("backfill.quarantined")).isEqualTo(1);
		});
		Answer refused = application.post(PLAN, "{\"phase\": \"DUAL_READ\"}");
		assertThat(refused.status()).isEqualTo(409);
		assertThat((String) refused.at("message"))
			.startsWith("Plan 'user-settings' cannot enter DUAL_READ while these gates are closed: ")
			.contains("quarantine");
		assertThat(gate(refused.at("gates"), "quarantine")).containsEntry("open", false)
			.containsEntry("value", "1")
			.containsEntry("limit", "0")
			.containsEntry("remedy",
					"Correct the rows on the leading side; they are tried again by themselves. Their keys and errors are "
							+ "under 'backfill.quarantine' of GET /actuator/migrations/user-settings");
		assertThat(application.get(PLAN).at("phase")).isEqualTo("BACKFILL");
	}

	@Test
	@Order(6)
	void aPassIsAskedFor() {
		Object before = application.get(PLAN).at("verification.lastPass");
		assertThat(application.post(PLAN, "{\"reconcile\": \"repair\"}").status()).isEqualTo(200);
		await(() -> assertThat(application.get(PLAN).at("verification.lastPass")).isNotNull().isNotEqualTo(before));
	}

	@Test
	@Order(7)
	void keysAndValuesOfRowsAreHiddenEverywhere() {
		Answer plan = application.get(PLAN);
		assertThat(plan.at("backfill.quarantine.0.error")).isEqualTo("invalid input syntax for type boolean: \"…\"");
		assertThat(plan.body()).doesNotContain(EndpointApplication.SECRET_KEY, EndpointApplication.SECRET_VALUE);
		assertThat(application.get("migrations").body()).doesNotContain(EndpointApplication.SECRET_KEY,
				EndpointApplication.SECRET_VALUE);
		assertThat(application.post(PLAN, "{\"phase\": \"DUAL_READ\"}").body())
			.doesNotContain(EndpointApplication.SECRET_KEY, EndpointApplication.SECRET_VALUE);
	}

	@Test
	@Order(7)
	void aDurationAndAnInstantCanBeReadByPeopleAndPrograms() {
		Answer plan = application.get(PLAN);
		assertThat((String) plan.at("since")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
		assertThat((String) plan.at("replication.limit")).isEqualTo("PT5S");
		assertThat(plan.body()).doesNotContain(":null");
		assertThat(plan.at("history")).asInstanceOf(InstanceOfAssertFactories.LIST)
			.anySatisfy((entry) -> assertThat(((Map<?, ?>) entry).get("gates")).isInstanceOf(List.class));
	}

	@Test
	@Order(8)
	void healthShowsThePlansAndStaysUp() {
		Answer health = application.get("health");
		assertThat(health.status()).isEqualTo(200);
		assertThat(health.at("components.migrations.status")).isEqualTo("UP");
		assertThat(health.at("components.migrations.details.user-settings.phase")).isEqualTo("BACKFILL");
	}

	@ParameterizedTest
	@Order(8)
	@CsvSource({ "migration.phase, 3", "migration.transitions?tag=to:BACKFILL, 1", "migration.backfill.rows, 100",
			"migration.backfill.progress, 1", "migration.quarantined, 1", "migration.pending?tag=side:target, 0",
			"migration.divergences?tag=kind:missing, 1" })
	void metersShowWhatThePlanHasDone(String meter, double value) {
		await(() -> assertThat(application.get("metrics/" + meter).at("measurements.0.value")).isEqualTo(value));
	}

	@Test
	@Order(9)
	void aClosedGateIsForcedWithAReason() {
		Answer answer = application.postAs("ada", PLAN,
				"{\"phase\": \"DUAL_READ\", \"force\": true, \"reason\": \"it is a test\"}");
		assertThat(answer.status()).isEqualTo(200);
		await(() -> assertThat(application.get(PLAN).at("phase")).isEqualTo("DUAL_READ"));
		Answer after = application.get(PLAN);
		assertThat(after.body()).contains("it is a test")
			.doesNotContain(EndpointApplication.SECRET_KEY, EndpointApplication.SECRET_VALUE);
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> gate(Object gates, String name) {
		return ((List<?>) gates).stream()
			.map((gate) -> (Map<String, Object>) gate)
			.filter((gate) -> gate.get("name").equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static void await(org.awaitility.core.ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
	}

}
