package dev.parallelchange.sample;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.browser.Browser;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.sample.service.SettingsRepository;
import dev.parallelchange.sample.world.Releases;
import dev.parallelchange.sample.world.Releases.Release;
import dev.parallelchange.sample.world.SampleData;
import dev.parallelchange.sample.world.SampleDatabase;
import dev.parallelchange.sample.world.WorldConfiguration;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.parallelchange.browser.Browser.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A person moves the sample's plans on the page alone, and meets every trouble that the
 * sample can plant. Plans move on from test to test.
 */
@EnabledIf(value = "dev.parallelchange.browser.Browser#isInstalled",
		disabledReason = "Skipped: the page is tested where Chromium and its driver are installed (chromium, chromedriver)")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(PageWalkTests.FirstFailure.class)
class PageWalkTests {

	private static final String[] ARGUMENTS = { "--sample.users=3000", "--sample.traffic=false", "--server.port=0",
			"--migration.instance.poll=200ms", "--migration.instance.lease=10s",
			"--migration.defaults.verification.min-compared-reads=30" };

	/** What docs/troubles.md says. */
	private static final Duration PROMISED = Duration.ofSeconds(15);

	private static final int OVERLOADED = 5 * Runtime.getRuntime().availableProcessors();

	private static ConfigurableApplicationContext world;

	private static Releases releases;

	private static Release release;

	private static CompletableFuture<Release> next;

	private static Browser browser;

	private static boolean failed;

	private static long planted;

	private final HttpClient client = HttpClient.newHttpClient();

	@BeforeAll
	static void start() {
		CompletableFuture<Browser> starting = CompletableFuture.supplyAsync(Browser::new);
		world = new SpringApplicationBuilder(WorldConfiguration.class).web(WebApplicationType.NONE).run(ARGUMENTS);
		world.getBean(SampleData.class).generate();
		releases = new Releases(world, ARGUMENTS);
		release = releases.start();
		browser = starting.join();
		browser.hurry();
		browser.size(1200, 1300, false);
	}

	@AfterAll
	static void stop() {
		if (browser != null) {
			browser.close();
		}
		if (next != null) {
			next.join().close();
		}
		if (release != null) {
			release.close();
		}
		if (world != null) {
			world.close();
		}
	}

	@BeforeEach
	void isStillOnTheWay() {
		assumeThat(failed).as("a step before has failed").isFalse();
	}

	@Test
	@Order(1)
	void thePlansBegin() {
		browser.open(release.url());
		await(() -> assertThat(browser.text("main")).contains("user-settings", "order-state"));
		open("order-state");
		advance("EXPAND");
		advance("DUAL_WRITE");
		advance("BACKFILL");
		await(() -> assertThat(browser.text(".state"))
			.startsWith("Ready for DUAL_READ: a release with migration.plans.order-state.uses=target makes this step"));
		look("orders-ready");
		open("user-settings");
		advance("EXPAND");
		advance("DUAL_WRITE");
	}

	@Test
	@Order(2)
	void aReplicaThatStandsStillHoldsUpTheCopy() {
		plant("paused-replica");
		awaitInTime(() -> assertThat(troubles())
			.containsPattern("The replica replica1 is [0-9.]+ s behind \\(limit 5.0 s\\)")
			.contains("select pg_wal_replay_resume()"));
		advance("BACKFILL");
		await(() -> assertThat(troubles()).containsPattern("The copy stands: .*replica1")
			.contains("See why the replica is behind"));
		look("replica");
	}

	@Test
	@Order(3)
	void aPoolThatIsExhaustedHoldsUpTheCopy() {
		plant("exhausted-pool");
		heal("paused-replica");
		awaitInTime(() -> assertThat(troubles()).containsPattern("The copy stands: .*wait for a connection")
			.contains("The connections are left to the application"));
		look("pool");
		heal("exhausted-pool");
		await(() -> assertThat(browser.text("[data-key=Copy] [data-key=state]")).endsWith("FINISHED"));
	}

	@Test
	@Order(4)
	void rowsThatTheTableRefusesAreCorrected() {
		await(() -> assertThat(troubles()).contains("12 rows were refused by the other side",
				"Correct or delete them there, in the application or by SQL"));
		look("quarantine");
		send("POST", "/support/corrections");
		ask("Retry quarantine");
		await(() -> assertThat(browser.has(".troubles")).isFalse());
	}

	@Test
	@Order(5)
	void aPoisonedRowIsKeptAndSaid() {
		plant("poisoned-row");
		awaitInTime(() -> assertThat(troubles())
			.contains("1 row is not mirrored yet: ", "violates check constraint \"user_settings_items_per_page_check\"")
			.contains("Nothing is lost: the source (public.users) has what was written")
			.contains("correct or delete the row there, in the application or by SQL"));
		assertThat(statement("what shows the row")).containsEntry("id", 3000L);
		assertThat(statement("what shows the constraint")).extractingByKey("pg_get_constraintdef")
			.asString()
			.contains("items_per_page >= 5", "items_per_page <= 200");
		assertThat(statement("what shows the row as the target would get it")).containsEntry("items_per_page", 201);
		look("poison");
		heal("poisoned-row");
		await(() -> assertThat(browser.has(".troubles")).isFalse());
		advance("DUAL_READ");
	}

	@Test
	@Order(6)
	void whatAStrayWriterChangesIsAConflictToDecide() {
		plant("stray-writer");
		awaitInTime(() -> assertThat(troubles()).contains(
				"3 rows were written around the mirror: decide which side is right",
				"Find out who writes there and stop it"));
		look("stray");
		press("Keep the source’s rows");
		browser.type("#typed", "user-settings");
		submit("Keep the source’s rows", "the report had no business there");
		await(() -> assertThat(browser.has(".troubles")).isFalse());
	}

	@Test
	@Order(7)
	void aStepWaitsForAnInstanceThatIsStoppedUntilItsLeaseEnds() {
		press("Share of reads");
		browser.type("#share", "100");
		submit("Share of reads", "all of them");
		SettingsRepository settings = release.context().getBean(SettingsRepository.class);
		await(() -> {
			for (long id = 1; id <= 20; id++) {
				settings.findByUserId(id);
			}
			assertThat(browser.text("[data-key=compared-reads].gate .gate-word")).startsWith("open");
		});
		plant("stopped-instance");
		ask("Advance to CUTOVER");
		// Of the other plan, deployed while the lease runs out.
		next = CompletableFuture.supplyAsync(() -> releases.start(MigrationSide.TARGET));
		awaitInTime(() -> assertThat(troubles())
			.containsPattern("The instance \\S+:[0-9]+ has been silent for [0-9]+(\\.[0-9])? s")
			.contains("A step waits for it until its lease ends"));
		look("stopped");
		await(() -> assertThat(browser.text(".stepper .current")).isEqualTo("CUTOVER"));
		heal("stopped-instance");
	}

	@Test
	@Order(8)
	void thePlanOfTheProxiesIsCompleted() {
		press("Back to DUAL_READ");
		assertThat(browser.text("dialog"))
			.contains("The source leads again when it has everything that was written meanwhile.");
		browser.press("Cancel");
		finish("user-settings", "CONTRACT");
		finish("user-settings", "COMPLETED");
		await(() -> assertThat(browser.text("h1 .badge")).isEqualTo("Done"));
		assertThat(browser.texts(".actions button")).isEmpty();
		look("done");
	}

	@Test
	@Order(9)
	void thePlanOfTheTriggersFollowsTheDeploymentAndIsCompleted() {
		open("order-state");
		await(() -> assertThat(browser.text(".stepper .current")).isEqualTo("DUAL_READ"));
		assertThat(browser.text(".next")).contains("This step is made when the last instance that uses the source");
		look("orders-dual-read");
		release.close();
		release = next.join();
		open("order-state");
		await(() -> assertThat(browser.text(".stepper .current")).isEqualTo("CUTOVER"));
		look("orders-cutover");
		finish("order-state", "CONTRACT");
		await(() -> assertThat(browser.text("[data-key='Approvals and the end of the source']")).contains("HIDDEN"));
		look("orders-contract");
		finish("order-state", "COMPLETED");
		await(() -> assertThat(browser.text("h1 .badge")).isEqualTo("Done"));
	}

	private static void open(String plan) {
		browser.open(release.url() + "/actuator/migrations/" + plan);
		await(() -> assertThat(browser.text("h1")).startsWith(plan));
	}

	private static String troubles() {
		return browser.text(".troubles");
	}

	/** Carries out what the page gives to copy. */
	private static Map<String, Object> statement(String label) {
		String statement = (String) browser.run(
				"return document.querySelector(`[aria-label='Copy: ${arguments[0]}']`).parentElement.querySelector('code').textContent",
				label);
		return world.getBean(SampleDatabase.class).client().sql(statement).query().singleRow();
	}

	private static void advance(String phase) {
		ask("Advance to " + phase);
		await(() -> assertThat(browser.text(".stepper .current")).isEqualTo(phase));
	}

	/** Approves a phase from which there is no way back, and enters it. */
	private static void finish(String plan, String phase) {
		await(() -> assertThat(browser.texts(".actions button")).contains("Advance to " + phase));
		if (browser.texts(".actions button").contains("Approve " + phase)) {
			press("Approve " + phase);
			browser.type("#typed", plan);
			submit("Approve " + phase, "no trouble for a while");
		}
		press("Advance to " + phase);
		browser.type("#typed", plan);
		submit("Advance to " + phase, "on we go");
		await(() -> assertThat(browser.text(".stepper .current")).isEqualTo(phase));
	}

	private static void ask(String action) {
		press(action);
		submit(action, "a walk");
	}

	private static void press(String action) {
		await(() -> assertThat(browser.texts(".actions button")).contains(action));
		browser.press(action);
	}

	private static void submit(String action, String reason) {
		browser.type("#reason", reason);
		browser.press(action);
		await(() -> assertThat(browser.has("dialog")).as(() -> browser.text("dialog .refusal")).isFalse());
	}

	/** Plants a trouble, and looks at the page as seldom as a person's browser. */
	private void plant(String trouble) {
		send("POST", "/troubles/" + trouble);
		planted = System.nanoTime();
		browser.hurry(false);
	}

	/**
	 * Awaits what the page says of the trouble that was planted last, and that it says so
	 * in time.
	 */
	private static void awaitInTime(ThrowingRunnable said) {
		await(said);
		Duration took = Duration.ofNanos(System.nanoTime() - planted);
		browser.hurry(true);
		if (ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage() < OVERLOADED) {
			assertThat(took).isLessThan(PROMISED);
		}
	}

	private void heal(String trouble) {
		send("DELETE", "/troubles/" + trouble);
	}

	private void send(String method, String path) {
		try {
			HttpResponse<String> answer = this.client.send(HttpRequest.newBuilder(URI.create(release.url() + path))
				.method(method, HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Says what was to be seen, and leaves out the steps that follow. */
	static final class FirstFailure implements TestExecutionExceptionHandler {

		@Override
		public void handleTestExecutionException(ExtensionContext context, Throwable problem) throws Throwable {
			if (!(problem instanceof TestAbortedException)) {
				failed = true;
				problem.addSuppressed(new IllegalStateException(browser.text("body")));
			}
			throw problem;
		}

	}

	private static void look(String name) {
		if (Boolean.getBoolean("screenshots.write")) {
			try {
				Path folder = Files.createDirectories(Path.of("target", "walk"));
				Files.write(folder.resolve(name + ".png"), browser.picture());
				Files.writeString(folder.resolve(name + ".txt"), browser.text("main"));
			}
			catch (IOException ex) {
				throw new java.io.UncheckedIOException(ex);
			}
		}
	}

}
