package dev.parallelchange.migration.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.browser.Browser;
import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.MigrationPhase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openqa.selenium.Keys;

import static dev.parallelchange.browser.Browser.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a person sees and does on the page. Plans move on from test to test.
 */
@EnabledIf(value = "dev.parallelchange.browser.Browser#isInstalled",
		disabledReason = "Skipped: the page is tested where Chromium and its driver are installed (chromium, chromedriver)")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageBrowserTests implements AttackedPage, ReadOnlyPage, PurgePage {

	static Shop shop;

	static Browser browser;

	@BeforeAll
	static void start() {
		CompletableFuture<Browser> starting = CompletableFuture.supplyAsync(Browser::new);
		shop = new Shop();
		browser = starting.join();
		browser.hurry();
	}

	@AfterAll
	static void stop() {
		if (browser != null) {
			browser.close();
		}
		if (shop != null) {
			shop.close();
		}
	}

	@BeforeEach
	void ordinaryWindow() {
		browser.size(1200, 900, false);
		browser.colors("light");
	}

	@Test
	@Order(1)
	void contractIsApprovedAndEnteredOnlyWithTheIdTyped() {
		openPlan("owner-contact");
		await(() -> assertThat(browser.texts(".actions button")).contains("Approve CONTRACT", "Advance to CONTRACT"));
		browser.press("Approve CONTRACT");
		browser.type("#reason", "a day without trouble");
		browser.type("#typed", "owner");
		browser.press("Approve CONTRACT");
		assertThat(browser.text(".refusal")).isEqualTo("That is not owner-contact.");
		assertThat(shop.runner().status("owner-contact").approvals()).isEmpty();
		browser.type("#typed", "owner-contact");
		browser.press("Approve CONTRACT");
		await(() -> assertThat(browser.has("dialog")).isFalse());
		assertThat(shop.runner().status("owner-contact").approvals()).hasSize(1);

		advance("owner-contact", "CONTRACT");
		advance("owner-contact", "COMPLETED");
		await(() -> assertThat(browser.text("h1 .badge")).isEqualTo("Done"));
		await(() -> assertThat(browser.texts(".part .copyable code")).contains("drop table \"public\".\"owners\";"));
	}

	private static void advance(String plan, String phase) {
		await(() -> assertThat(browser.texts(".actions button")).contains("Advance to " + phase));
		browser.press("Advance to " + phase);
		assertThat(browser.text("dialog")).contains("The target is used alone", "There is no way back");
		browser.type("#reason", "on to " + phase);
		browser.press("Advance to " + phase);
		assertThat(browser.text(".refusal")).isEqualTo("That is not owner-contact.");
		browser.type("#typed", plan);
		browser.press("Advance to " + phase);
		shop.await(plan, (status) -> status.phase().name().equals(phase));
		await(() -> assertThat(browser.text(".stepper .current")).isEqualTo(phase));
	}

	@Test
	@Order(2)
	void plansAreGroupedByWhatTheyNeedTheWorstFirst() {
		openList();
		assertThat(browser.texts(".group h2")).containsExactly("Needs a person 2", "In progress 1", "Waiting 4",
				"Done 1");
		assertThat(browser.texts(".group:first-of-type .plan h3 a")).containsExactlyInAnyOrder("newsletter", "pet-age");
		assertThat(browser.text("[data-key=newsletter] .state"))
			.startsWith("2 rows were refused by the other side; the first: invalid input syntax for type boolean: ");
		assertThat(browser.text(".group.progress")).startsWith("In progress 1\norder-archive");
		assertThat(browser.texts(".plan.waiting .state")).contains(
				"The copy stands: paused by ada: not before the fair ends",
				"A live instance only looks (safety.dry-run), so nothing moves forward");
		assertThat(browser.text(".plan.done .state")).startsWith("The target is used alone");
		assertThat(browser.text(".plan.done .moved")).contains("“on to COMPLETED”").contains("CONTRACT → COMPLETED");
		assertThat(browser.title()).isEqualTo("(2) Migrations");
	}

	@Test
	@Order(2)
	void aRunningCopyShowsItsRateAndAnEstimate() {
		openList();
		await(() -> assertThat(browser.text(".plan.progress .state"))
			.matches("Copying, \\d+\\.\\d %, (about \\d+ min|less than a minute) left"));
		assertThat(browser.text(".plan.progress .figures")).containsPattern("\\d rows/s");
		assertThat(browser.text(".plan.progress .moved")).contains("Last moved by grace")
			.contains("DUAL_WRITE → BACKFILL");
	}

	@Test
	@Order(2)
	void aListLeadsToItsPlansAndBack() {
		openList();
		browser.element("[data-key=newsletter] h3 a").click();
		await(() -> assertThat(browser.text("h1")).startsWith("newsletter"));
		browser.element("nav a").click();
		await(() -> assertThat(browser.text("h1")).isEqualTo("Migrations"));
	}

	@Test
	@Order(2)
	void aPlanShowsItsGatesWithNumbersLimitsAndWhatOpensThem() {
		openPlan("newsletter");
		assertThat(browser.text(".next h2")).isEqualTo("Next step: DUAL_READ");
		assertThat(browser.text("[data-key=quarantine].gate")).contains("closed", "2", "needed: 0",
				"Correct the rows on the leading side");
		assertThat(browser.text("[data-key=backfill].gate")).contains("open", "100.0 % of 4002 rows",
				"needed: all rows copied");
		openPlan("order-archive");
		assertThat(browser.text("[data-key=verification-age].gate .copyable code"))
			.isEqualTo("select pid, query from pg_stat_activity where backend_xid is not null "
					+ "order by age(backend_xid) desc limit 1;");
		openPlan("visit-date");
		assertThat(browser.text("[data-key=backfill].gate .copyable code")).contains("curl -X POST '")
			.contains(
					"/shop/ops/migrations/visit-date' -H 'Content-Type: application/json' -d '{\"backfill\": \"running\"");
	}

	@Test
	@Order(2)
	void aPlanSaysWhatHoldsItUpAndWhatToDo() {
		openPlan("newsletter");
		assertThat(browser.text(".troubles")).startsWith("What holds it up\n2 rows were refused by the other side")
			.contains("the source (public.subscribers) has them as they were written. Correct or delete them there");
		assertThat(browser.texts(".troubles .copyable code"))
			.contains("select * from \"public\".\"subscribers\" as source where \"id\" = 'reader-4711';");
		assertThat(browser.text("[data-key=quarantine].gate .gate-word")).matches("closed\n\\d+ (s|min)");
		openPlan("visit-date");
		assertThat(browser.text(".troubles")).contains("The copy stands: paused by ada: not before the fair ends",
				"Resume the copy when it may go on.");
	}

	@Test
	@Order(2)
	void theListAsksOnceForAllPlans() {
		openList();
		browser.run("performance.clearResourceTimings()");
		await(() -> assertThat((Long) browser.run("return performance.getEntriesByType('resource').length"))
			.isPositive());
		assertThat((List<?>) browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)"))
			.allSatisfy((name) -> assertThat((String) name).endsWith("/shop/ops/migrations?details=true"));
	}

	@Test
	@Order(2)
	void comparedReadsAndTheLastMismatchAreShown() {
		openPlan("user-settings");
		assertThat(browser.text("[data-key=Reads]")).contains("compared", "different", "Last mismatch", "mean latency");
		assertThat(browser.text("[data-key=mismatch]")).contains("findTheme: the values differ");
		assertThat(browser.text("[data-key=Instances]")).contains("(answers)");
		assertThat(browser.text("[data-key='Plan as derived']")).contains("public.users (id)",
				"public.user_settings (user_id)", "theme");
	}

	@Test
	@Order(2)
	void updatesKeepTheFocusAndWhatIsUnfolded() {
		openPlan("order-archive");
		browser.run("document.querySelector('.history summary').click();"
				+ "document.querySelector('.history summary').focus(); window.focused = document.activeElement");
		String before = browser.text("[data-key=Copy] [data-key=rows]");
		await(() -> assertThat(browser.text("[data-key=Copy] [data-key=rows]")).isNotEqualTo(before));
		assertThat(browser.run("return window.focused === document.activeElement")).isEqualTo(true);
		assertThat(browser.has(".history details[open]")).isTrue();
	}

	@Test
	@Order(3)
	void rateAndLagAreDrawnAsFarAsThePageHasSeenThem() {
		openPlan("order-archive");
		await(() -> assertThat(browser.element(".chart svg").getAttribute("aria-label"))
			.startsWith("Rows per second from"));
	}

	@Test
	@Order(3)
	void aCopyIsPausedAndResumedWithAReason() {
		openPlan("order-archive");
		browser.press("Pause the copy");
		browser.press("Pause the copy");
		assertThat(browser.run("return document.getElementById('reason').matches(':invalid')")).isEqualTo(true);
		assertThat(shop.runner().status("order-archive").history().get(0).action()).isEqualTo("transition");
		browser.type("#reason", "lunch");
		browser.press("Pause the copy");
		await(() -> assertThat(browser.text(".troubles b")).isEqualTo("The copy stands: paused by endpoint: lunch"));
		browser.press("Resume the copy");
		browser.type("#reason", "coffee");
		browser.press("Resume the copy");
		shop.await("order-archive",
				(status) -> status.backfill() != null && status.backfill().state() == BackfillStatus.State.RUNNING);
		assertThat(shop.runner().status("order-archive").history().get(0).reason()).isEqualTo("coffee");
	}

	@Test
	@Order(3)
	void aShareOfReadsAndAHoldAreGiven() {
		openPlan("user-settings");
		browser.press("Share of reads");
		browser.type("#share", "25");
		browser.type("#reason", "a quarter");
		browser.press("Share of reads");
		await(() -> assertThat(browser.text("[data-key=Reads] [data-key='share of the target']")).contains("25 %"));
		browser.press("Hold");
		browser.type("#reason", "until the fair ends");
		browser.press("Hold");
		await(() -> assertThat(browser.text("header")).contains("Held at DUAL_READ by endpoint"));
		browser.press("Lift the hold");
		browser.type("#reason", "it has ended");
		browser.press("Lift the hold");
		await(() -> assertThat(browser.text("header")).doesNotContain("Held at"));
	}

	@Test
	@Order(3)
	void aRefusalShowsTheClosedGatesAndForceWantsTheIdTyped() {
		openPlan("newsletter");
		browser.press("Advance to DUAL_READ");
		assertThat(browser.element("#typed").isDisplayed()).isFalse();
		browser.type("#reason", "try the table");
		browser.press("Advance to DUAL_READ");
		await(() -> assertThat(browser.text(".refusal")).contains("while these gates are closed: ")
			.containsPattern("quarantine\nclosed\n[0-9]+ (s|min)\n2\nneeded: 0"));
		browser.element("#force").click();
		browser.press("Advance to DUAL_READ");
		assertThat(browser.text(".refusal")).isEqualTo("That is not newsletter.");
		assertThat(shop.runner().status("newsletter").phase()).isEqualTo(MigrationPhase.BACKFILL);
		browser.press("Cancel");
		assertThat(browser.has("dialog")).isFalse();
	}

	@Test
	@Order(3)
	void aPhaseThatTheSettingsNameIsApproved() {
		openPlan("newsletter");
		browser.press("Approve DUAL_READ");
		browser.type("#reason", "seen by two");
		browser.press("Approve DUAL_READ");
		await(() -> assertThat(browser.text("[data-key='Approvals and the end of the source']"))
			.contains("DUAL_READ approved by endpoint: seen by two, ", "holds until "));
		await(() -> assertThat(browser.texts(".actions button")).doesNotContain("Approve DUAL_READ"));
	}

	@Test
	@Order(3)
	void aRehearsalIsAskedForAndItsFindingsAreShown() {
		openPlan("newsletter");
		browser.press("Rehearse");
		browser.press("Rehearse");
		await(() -> assertThat(browser.text("[data-key=Rehearsal] .finding")).startsWith("Blocks: VALUE, ")
			.contains("newsletter, 2 rows")
			.contains("invalid input syntax for type boolean"));
		assertThat(browser.text("[data-key=Rehearsal]")).contains("FINISHED", "1 finding", "takes at least");
	}

	@Test
	@Order(3)
	void whatHasBeenChangedAboutTheTablesIsShownAndAccepted() {
		openPlan("user-settings");
		await(() -> assertThat(browser.text("[data-key=Drift] pre")).startsWith("+ target index user_settings_theme"));
		browser.press("Accept the tables");
		browser.type("#reason", "an index for the report");
		browser.press("Accept the tables");
		await(() -> assertThat(browser.has("[data-key=Drift]")).isFalse());
	}

	@Test
	@Order(3)
	void aDialogIsLeftByTheKeyboardAndGivesTheFocusBack() {
		openPlan("newsletter");
		browser.run("document.querySelector('[data-key=\"Verify\"]').focus()");
		browser.key(Keys.ENTER);
		assertThat(browser.run("return document.activeElement.id")).isEqualTo("reason");
		browser.key(Keys.ESCAPE);
		await(() -> assertThat(browser.has("dialog")).isFalse());
		assertThat(browser.run("return document.activeElement.dataset.key")).isEqualTo("Verify");
	}

	@Test
	@Order(3)
	void whatDoesNotExistIsSaid() {
		browser.open(shop.address() + "/other");
		await(() -> assertThat(browser.text("#notice")).startsWith("There is no migration plan 'other'"));
	}

	@Test
	@Order(3)
	void aPhoneNeedsNoScrollingToTheSide() {
		browser.size(390, 844, true);
		for (String path : List.of("", "/newsletter", "/user-settings", "/pet-age")) {
			browser.open(shop.address() + path);
			await(() -> assertThat(browser.has("main h1")).isTrue());
			assertThat(browser.run("return document.documentElement.scrollWidth - innerWidth")).as(path).isEqualTo(0L);
		}
	}

	@Test
	@Order(3)
	void everythingHasANameForThoseWhoDoNotSeeIt() {
		for (String path : List.of("", "/newsletter", "/user-settings")) {
			browser.open(shop.address() + path);
			await(() -> assertThat(browser.has("main h1")).isTrue());
			assertThat((List<?>) browser
				.run("""
						const named = (element) => (element.getAttribute('aria-label') ?? element.textContent).trim() !== '';
						const all = [...document.querySelectorAll('a, button, summary, progress, [role], svg, [tabindex="0"]:not(pre)')];
						const headings = [...document.querySelectorAll('h1, h2, h3')].map((heading) => Number(heading.localName[1]));
						return [...all.filter((element) => !named(element) && element.id !== 'notice' && element.id !== 'spoken')
								.map((element) => element.outerHTML),
							...headings.filter((level, index) => level > (headings[index - 1] ?? 0) + 1)];
						"""))
				.as(path)
				.isEmpty();
			assertThat(browser.texts(".stepper [aria-current=step]")).isNotEmpty();
		}
	}

	@Test
	@Order(3)
	@EnabledIfSystemProperty(named = "screenshots.write", matches = "true")
	void picturesForTheDocumentation() throws IOException {
		Path folder = Files.createDirectories(Path.of("../docs/page"));
		for (String colors : List.of("light", "dark")) {
			browser.colors(colors);
			browser.size(1200, 1290, false);
			openList();
			Files.write(folder.resolve("list-%s.png".formatted(colors)), browser.picture());
		}
		browser.size(1200, 1400, false);
		openPlan("order-archive");
		await(() -> assertThat(browser.has(".chart")).isTrue());
		Files.write(folder.resolve("plan-dark.png"), browser.picture());
		browser.size(390, 844, true);
		Files.write(folder.resolve("phone.png"), browser.picture());
		browser.colors("light");
		browser.size(1200, 1400, false);
		openPlan("newsletter");
		Files.write(folder.resolve("plan-light.png"), browser.picture());
	}

	private static void openList() {
		browser.open(shop.address());
		await(() -> assertThat(browser.text("h1")).isEqualTo("Migrations"));
	}

	static void openPlan(String plan) {
		browser.open(shop.address() + "/" + plan);
		await(() -> assertThat(browser.text("h1")).startsWith(plan));
	}

}
