package dev.parallelchange.migration.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.parallelchange.migration.MigrationPhase;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import static dev.parallelchange.browser.Browser.await;
import static dev.parallelchange.migration.browser.PageBrowserTests.browser;
import static dev.parallelchange.migration.browser.PageBrowserTests.openPlan;
import static dev.parallelchange.migration.browser.PageBrowserTests.shop;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plan that deletes 1,636 of 2,000 rows, one of which another table refers to.
 */
interface PurgePage {

	String PLAN = "old-events";

	@Test
	@Order(6)
	default void aPurgeIsApprovedWithTheIdTypedAndBegins() throws IOException {
		openPlan(PLAN);
		assertThat(browser.texts(".stepper li")).containsExactly("OFF", "BACKFILL", "COMPLETED");
		assertThat(browser.text("header")).contains("Nothing is deleted.");
		assertThat(browser.text("[data-key=approval].gate")).contains("closed");
		pictures("off");
		press("Approve BACKFILL", "agreed with the auditors");
		await(() -> assertThat(browser.texts(".actions button")).doesNotContain("Approve BACKFILL"));
		assertThat(shop.runner().status(PLAN).phase()).isEqualTo(MigrationPhase.OFF);
		press("Advance to BACKFILL", "events of the year before last");
		await(() -> assertThat(browser.text("h1 .badge")).isEqualTo("In progress"));
		await(() -> assertThat(browser.text("[data-key=Purge] [data-key='matched at first']")).endsWith("1,636"));
		await(() -> assertThat(browser.text(".state")).startsWith("Deleting, "));
		pictures("running");
	}

	@Test
	@Order(7)
	default void aPurgeShowsWhatItCouldNotDeleteAndGoesRoundAgain() throws IOException {
		await(() -> assertThat(browser.text(".troubles b"))
			.startsWith("1 row could not be deleted: update or delete on table \"events\" violates")
			.contains("event_notes"));
		await(() -> assertThat(browser.text("[data-key=Purge] [data-key=round]")).matches("round\\n[2-9]"));
		assertThat(browser.text("[data-key=Purge] [data-key=deleted]")).endsWith("1,635");
		assertThat(browser.text("[data-key=Purge] [data-key='matched when counted last']")).contains("\n1, ");
		assertThat(browser.texts(".troubles .copyable code")).contains(
				"select * from \"public\".\"events\" as source where \"id\" = 2000;",
				"select conrelid::regclass, pg_get_constraintdef(oid) from pg_constraint where conname = 'event_notes_event_id_fkey';");
		pictures("kept");
	}

	@Test
	@Order(8)
	default void aPurgeEndsWhenNoRowMatches() throws IOException {
		shop.execute("delete from event_notes");
		browser.press("Count");
		browser.type("#reason", "the auditors have seen it");
		browser.press("Count");
		await(() -> assertThat(browser.has(".troubles")).isFalse());
		await(() -> assertThat(browser.text("[data-key=Purge] [data-key='matched when counted last']"))
			.contains("\n0, "));
		press("Advance to COMPLETED", "all gone");
		await(() -> assertThat(browser.text("h1 .badge")).isEqualTo("Done"));
		assertThat(browser.text(".state")).isEqualTo("No row matched any more when they were counted");
		assertThat(browser.text("main")).doesNotContainIgnoringCase("the copy", "copied", "source", "parity", "target",
				"mirror");
		pictures("done");
	}

	private static void press(String action, String reason) {
		await(() -> assertThat(browser.texts(".actions button")).contains(action));
		browser.press(action);
		browser.type("#reason", reason);
		browser.type("#typed", PLAN);
		browser.press(action);
		await(() -> assertThat(browser.has("dialog")).as(() -> browser.text("dialog .refusal")).isFalse());
	}

	/** To look at while the page is being worked on. */
	private static void pictures(String name) throws IOException {
		if (Boolean.getBoolean("screenshots.write")) {
			Path folder = Files.createDirectories(Path.of("target", "purge"));
			browser.size(1200, 1300, false);
			Files.write(folder.resolve(name + ".png"), browser.picture());
			browser.size(390, 844, true);
			Files.write(folder.resolve(name + "-phone.png"), browser.picture());
			Files.writeString(folder.resolve(name + ".txt"), browser.text("main"));
			browser.size(1200, 900, false);
		}
	}

}
