package dev.parallelchange.browser;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * A Chromium that is installed, with a new profile; nothing is downloaded.
 */
public final class Browser implements AutoCloseable {

	private static final Optional<File> CHROMIUM = installed("chromium", "chromium-browser", "google-chrome");

	private static final Optional<File> DRIVER = installed("chromedriver");

	private final Path profile;

	private final ChromeDriver driver;

	public Browser() {
		try {
			this.profile = Files.createTempDirectory("chromium");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		ChromeOptions options = new ChromeOptions();
		options.setBinary(CHROMIUM.orElseThrow());
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
				"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
				"--lang=en", "--user-data-dir=" + this.profile);
		this.driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.orElseThrow())
			.usingAnyFreePort()
			.build(), options);
	}

	public static boolean isInstalled() {
		return CHROMIUM.isPresent() && DRIVER.isPresent();
	}

	private static Optional<File> installed(String... names) {
		String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
		return Stream.of(names)
			.flatMap((name) -> Stream.of(path.split(File.pathSeparator)).map((folder) -> new File(folder, name)))
			.filter(File::canExecute)
			.findFirst();
	}

	public void open(String address) {
		this.driver.get(address);
	}

	public void reload() {
		this.driver.navigate().refresh();
	}

	public String title() {
		return String.valueOf(this.driver.getTitle());
	}

	public List<String> texts(String css) {
		return this.driver.findElements(By.cssSelector(css)).stream().map(WebElement::getText).toList();
	}

	public String text(String css) {
		return this.driver.findElement(By.cssSelector(css)).getText();
	}

	public boolean has(String css) {
		return !this.driver.findElements(By.cssSelector(css)).isEmpty();
	}

	public WebElement element(String css) {
		return this.driver.findElement(By.cssSelector(css));
	}

	/** Presses the button with a text. */
	public void press(String text) {
		this.driver
			.findElement(
					By.xpath("(//dialog//button | //button[not(//dialog)])[normalize-space()='%s']".formatted(text)))
			.click();
	}

	public void type(String css, CharSequence... keys) {
		WebElement field = element(css);
		field.clear();
		field.sendKeys(keys);
	}

	public void key(Keys key) {
		this.driver.switchTo().activeElement().sendKeys(key);
	}

	public void enterFrame() {
		this.driver.switchTo().defaultContent().switchTo().frame(0);
	}

	public @Nullable Object run(String script, Object... arguments) {
		return this.driver.executeScript(script, arguments);
	}

	/** Runs a script that calls its last argument when it has ended. */
	public @Nullable Object runAsync(String script, Object... arguments) {
		this.driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(20));
		return this.driver.executeAsyncScript(script, arguments);
	}

	public void size(int width, int height, boolean phone) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", phone ? 2 : 1, "mobile", phone));
	}

	public void colors(String scheme) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	/** Has pages look twice a second, as after a change, so that tests need not wait. */
	public void hurry() {
		this.driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source",
				"setInterval(() => window.unhurried || document.dispatchEvent(new Event('changed')), 500)"));
	}

	/** Whether the document that is open looks more often than it would by itself. */
	public void hurry(boolean hurried) {
		run("window.unhurried = !arguments[0]", hurried);
	}

	public byte[] picture() {
		return this.driver.getScreenshotAs(OutputType.BYTES);
	}

	public static void await(ThrowingRunnable assertion) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(200))
			.ignoreExceptions()
			.untilAsserted(assertion);
	}

	@Override
	public void close() {
		this.driver.quit();
		try (Stream<Path> files = Files.walk(this.profile)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException | UncheckedIOException ex) {
			// A folder among the temporary ones is no trouble.
		}
	}

}
