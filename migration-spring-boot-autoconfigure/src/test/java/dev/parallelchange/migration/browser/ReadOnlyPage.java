package dev.parallelchange.migration.browser;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import static dev.parallelchange.browser.Browser.await;
import static dev.parallelchange.migration.browser.PageBrowserTests.browser;
import static dev.parallelchange.migration.browser.PageBrowserTests.shop;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An instance of which the endpoint takes no changes and hides rows.
 */
interface ReadOnlyPage {

	@Test
	@Order(4)
	default void whatToDoAboutARefusedRowIsSaidWithoutItWhereRowsAreHidden() {
		browser.open(shop.readOnlyAddress() + "/newsletter");
		await(() -> assertThat(browser.text(".troubles"))
			.contains("2 rows were refused by the other side; the first: invalid input syntax for type boolean: \"…\"")
			.contains("the source (public.subscribers) has them as they were written")
			.contains("Keys of rows are hidden"));
		assertThat(browser.text("main")).doesNotContain("reader-47", "perhaps");
	}

	@Test
	@Order(5)
	default void nothingCanBeChangedWhereTheEndpointIsReadOnlyAndALostServerIsNoticed() {
		browser.open(shop.readOnlyAddress() + "/newsletter");
		await(() -> assertThat(browser.text("h1")).startsWith("newsletter"));
		assertThat(browser.has(".actions")).isFalse();
		assertThat(browser.has("#notice p")).isFalse();
		shop.stopReadOnly();
		await(() -> assertThat(browser.text("#notice"))
			.startsWith("The server does not answer. What you see is from "));
		assertThat(browser.text("h1")).startsWith("newsletter");
	}

}
