package dev.parallelchange.migration.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the page is made of.
 */
class MigrationsPageTests {

	private static final Path SOURCES = Path.of("src/main/resources/dev/parallelchange/migration/actuate/page");

	private static final Pattern NAME = Pattern.compile("^(?:export )?(?:async )?(?:const|let|function|class) (\\w+)",
			Pattern.MULTILINE);

	private final String page = new MigrationsPage().plan();

	@Test
	void thePageIsSmall() {
		assertThat(this.page.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(150_000);
	}

	@Test
	void thePolicyAllowsNothingButTheStyleAndTheScriptThatAreThere() throws Exception {
		assertThat(this.page).containsSubsequence("<meta charset=\"utf-8\">",
				"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '"
						+ hash("<script type=\"module\">", "</script>") + "'; style-src '" + hash("<style>", "</style>")
						+ "'; connect-src 'self'; ",
				"<style>");
		assertThat(this.page).doesNotContain("unsafe-", "'{script", "'{style", "\"{kind}");
	}

	private String hash(String before, String after) throws Exception {
		int from = this.page.indexOf(before) + before.length();
		String text = this.page.substring(from, this.page.indexOf(after, from));
		return "sha256-" + Base64.getEncoder()
			.encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
	}

	@Test
	void nothingComesFromElsewhere() {
		assertThat(this.page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http://", "https://", "@import",
				"url(", " src=");
	}

	static List<Path> modules() throws IOException {
		try (Stream<Path> files = Files.list(SOURCES)) {
			return files.filter((file) -> file.toString().endsWith(".js")).toList();
		}
	}

	@ParameterizedTest
	@MethodSource("modules")
	void everyModuleIsInThePageAndMakesNoMarkupOfTexts(Path module) throws IOException {
		String source = Files.readString(module);
		assertThat(this.page).contains(source.lines().findFirst().orElseThrow());
		assertThat(source).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
				"new Function", "'style'");
	}

	/**
	 * They share one scope, in which an import is what another module exports under the
	 * same name.
	 */
	@Test
	void theNamesOfModulesAreTheirOwn() throws IOException {
		List<String> names = modules().stream()
			.map(MigrationsPageTests::text)
			.flatMap((source) -> NAME.matcher(source).results().map((result) -> result.group(1)))
			.toList();
		assertThat(names).hasSizeGreaterThan(50).doesNotHaveDuplicates();
		assertThat(modules()).extracting(MigrationsPageTests::text)
			.flatExtracting((source) -> Pattern.compile("^import (.*)$", Pattern.MULTILINE)
				.matcher(source)
				.results()
				.map(MatchResult::group)
				.toList())
			.allSatisfy((line) -> assertThat(line).matches("import \\{ [\\w, ]+ \\} from '\\./\\w+\\.js';")
				.doesNotContain(" as "));
	}

	private static String text(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

}
