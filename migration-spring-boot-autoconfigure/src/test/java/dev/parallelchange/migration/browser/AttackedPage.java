package dev.parallelchange.migration.browser;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import static dev.parallelchange.browser.Browser.await;
import static dev.parallelchange.migration.browser.PageBrowserTests.browser;
import static dev.parallelchange.migration.browser.PageBrowserTests.openPlan;
import static dev.parallelchange.migration.browser.PageBrowserTests.shop;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What texts, other sites and what stands between a browser and the application can do to
 * the page.
 */
interface AttackedPage {

	@Test
	@Order(2)
	default void textsFromOutsideStayTexts() {
		openPlan("pet-age");
		assertThat(browser.text(".history")).contains(Shop.PLANTED);
		assertThat(browser.text("[data-key=Copy] [data-key=quarantine]")).contains(Shop.PLANTED);
		assertThat(browser.has("main img, main script")).isFalse();
		assertThat(browser.run("return window.planted")).isNull();
	}

	@Test
	@Order(2)
	default void thePolicyStopsScriptsThatAreNotThePages() {
		openPlan("newsletter");
		browser.run("const script = document.createElement('script'); script.textContent = 'window.planted = 1';"
				+ "document.body.append(script)");
		browser.run("const image = document.createElement('img'); image.setAttribute('onerror', 'window.planted = 1');"
				+ "image.src = 'data:,'; document.body.append(image)");
		assertThat(browser.run("return window.planted")).isNull();
		assertThat(browser.runAsync(
				"const done = arguments[1]; fetch(arguments[0], { mode: 'no-cors' })"
						+ ".then(() => done('sent'), () => done('stopped'))",
				shop.address().replace("localhost", "127.0.0.1")))
			.isEqualTo("stopped");
	}

	@Test
	@Order(3)
	default void behindAProxyThatAddsAPrefixThePageWorksTheSame() {
		String address = PrefixProxy.start(shop.address().replace(Shop.PATH, "")) + Shop.PATH;
		browser.open(address);
		await(() -> assertThat(browser.text("h1")).isEqualTo("Migrations"));
		browser.element("[data-key=user-settings] h3 a").click();
		await(() -> assertThat(browser.text("h1")).startsWith("user-settings"));
		assertThat(browser.run("return location.href")).isEqualTo(address + "/user-settings");
		browser.press("Verify");
		browser.type("#reason", "through the proxy");
		browser.press("Verify");
		await(() -> assertThat(browser.text(".history li:first-child")).contains("through the proxy"));
	}

	@Test
	@Order(3)
	default void aChangeWithoutTheTokenAgainstForgedRequestsIsRefused() {
		openPlan("user-settings");
		assertThat(browser.runAsync("""
				const [address, done] = arguments;
				fetch(address, { method: 'POST', body: JSON.stringify({ reconcile: 'verify', reason: 'no token' }),
					headers: { 'Content-Type': 'application/json' } }).then((response) => done(response.status));
				""", shop.address() + "/user-settings")).isEqualTo(403L);
	}

	@Test
	@Order(3)
	default void anotherSiteChangesNothing() {
		int before = shop.runner().status("invoice-number").history().size();
		browser.open(AnotherSite.start("<p>another site"));
		Object outcomes = browser.runAsync(
				"""
						const [address, done] = arguments;
						const body = JSON.stringify({ hold: 'OFF', reason: 'forged' });
						const attempts = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', null].flatMap((type) =>
							['cors', 'no-cors'].map((mode) => fetch(address, { method: 'POST', mode, credentials: 'include',
								body: type ? body : new Blob([body]), headers: type ? { 'Content-Type': type } : {} })
									.then((response) => response.type, () => 'failed')));
						Promise.all(attempts).then((results) => done(results.join(' ')));
						""",
				shop.address() + "/invoice-number");
		assertThat(outcomes.toString()).contains("failed").doesNotContain("basic");
		assertThat(shop.runner().status("invoice-number").history()).hasSize(before);
		assertThat(shop.runner().status("invoice-number").hold()).isNull();
	}

	@Test
	@Order(3)
	default void insideAnotherPageNothingCanBeChanged() {
		browser.open(AnotherSite
			.start("<iframe width=1000 height=800 src='%s/newsletter'></iframe>".formatted(shop.address())));
		await(() -> {
			browser.enterFrame();
			assertThat(browser.text("#notice")).startsWith("Inside another page nothing can be changed here.");
		});
		assertThat(browser.text("h1")).startsWith("newsletter");
		assertThat(browser.has(".actions")).isFalse();
	}

}
