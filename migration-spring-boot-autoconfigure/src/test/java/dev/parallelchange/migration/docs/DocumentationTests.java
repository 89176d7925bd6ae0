package dev.parallelchange.migration.docs;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.FlagSettings;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.autoconfigure.PlanProperties;
import dev.parallelchange.migration.metrics.MigrationMeter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documentation names everything that the code has.
 */
class DocumentationTests {

	private static final Path SOURCES = Path.of("src/main/java");

	private static final Pattern GATE = Pattern.compile("(?:Gate\\.(?:of|waiting)|measured|applied)\\(\"([a-z-]+)\"");

	/**
	 * Entries of a map have no metadata of their own.
	 */
	@Test
	void everyPropertyOfAPlanIsOnItsPage() {
		String page = Documentation.page("docs/configuration.md").text();
		assertThat(PlanProperties.class.getRecordComponents()).extracting(DocumentationTests::name)
			.contains("depends-on", "switch", "uses")
			.allSatisfy((name) -> assertThat(page).containsPattern("\\| `(migration\\.defaults\\.)?" + name + "[`.]"));
		assertThat(PlanProperties.Side.class.getRecordComponents()).extracting(DocumentationTests::name)
			.allSatisfy((name) -> assertThat(page).contains("| `source." + name + "` |", "| `target." + name + "` |"));
		assertThat(FlagSettings.class.getRecordComponents()).extracting(DocumentationTests::name)
			.allSatisfy((name) -> assertThat(page).contains("| `flags." + name + "` |"));
	}

	@ParameterizedTest
	@EnumSource
	void everyMeterIsOnItsPageWithItsTags(MigrationMeter meter) {
		String tags = String.join(", ", Arrays.stream(meter.tags()).map((tag) -> "`" + tag + "`").toList());
		assertThat(Documentation.page("docs/metrics.md").text())
			.containsPattern("\\| `" + meter.meterName() + "` \\| (gauge|counter|timer) \\| " + tags + " \\|");
	}

	@Test
	void everyGateIsOnItsPage() throws IOException {
		String page = Documentation.page("docs/phases-and-gates.md").text();
		assertThat(gates()).contains("acknowledgements", "parity", "quarantine", "target-rows")
			.allSatisfy((gate) -> assertThat(page).contains("| `" + gate + "` |"));
	}

	@ParameterizedTest
	@EnumSource
	void everyPhaseIsOnItsPage(MigrationPhase phase) {
		assertThat(Documentation.page("docs/phases-and-gates.md").text()).contains("| `" + phase + "` |");
		assertThat(Documentation.page("README.md").text()).contains("| `" + phase + "` |");
	}

	@ParameterizedTest
	@EnumSource
	void everyStateOfACopyIsExplained(BackfillStatus.State state) {
		assertThat(Documentation.page("docs/troubleshooting.md").text()).contains("| `" + state + "` |");
	}

	static Stream<String> failures() {
		return Pattern.compile("autoconfigure\\.(\\w+)FailureAnalyzer")
			.matcher(Documentation.source("src/main/resources/META-INF/spring.factories"))
			.results()
			.map((analyzer) -> analyzer.group(1) + "Exception");
	}

	@ParameterizedTest
	@MethodSource("failures")
	void everyFailureThatIsAnalyzedIsExplained(String exception) {
		assertThat(Documentation.page("docs/troubleshooting.md").text()).contains("(`" + exception + "`)");
	}

	/**
	 * What a message is looked up by; what differs from case to case is left out.
	 */
	@Test
	void everyReasonThatIsExplainedIsSaidByTheCode() throws IOException {
		String page = Documentation.page("docs/troubleshooting.md").text();
		String said = sources().replaceAll("\"\\s*\\+\\s*\"", "");
		String table = page.substring(page.indexOf("| reason contains |"));
		List<String> reasons = table.lines()
			.takeWhile((line) -> line.startsWith("|"))
			.flatMap((line) -> Pattern.compile("`([^`]+)`").matcher(line.split("\\|")[1]).results())
			.flatMap((reason) -> Stream.of(reason.group(1).split("'[^']*'|…|\\d+")))
			.map((part) -> part.strip().replaceFirst("^is (a )?", ""))
			.toList();
		assertThat(reasons).hasSizeGreaterThan(50).allSatisfy((reason) -> assertThat(said).contains(reason));
	}

	static List<Documentation> pages() {
		return Documentation.pages();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linksLeadSomewhere(Documentation page) {
		Path folder = page.path().toAbsolutePath().normalize().getParent();
		assertThat(page.links()).allSatisfy((link) -> {
			String[] parts = link.split("#", 2);
			Path target = parts[0].isEmpty() ? page.path() : folder.resolve(parts[0]);
			assertThat(target).exists();
			if (parts.length > 1) {
				assertThat(new Documentation(target, Files.readString(target)).anchors()).contains(parts[1]);
			}
		});
	}

	@ParameterizedTest
	@MethodSource("pages")
	void testClassesThatAreNamedExist(Documentation page) throws IOException {
		Set<String> known = new TreeSet<>();
		try (Stream<Path> files = Files.walk(Path.of(".."))) {
			files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith(".java"))
				.forEach((name) -> known.add(name.replace(".java", "")));
		}
		Matcher matcher = Pattern.compile("`(\\w+(?:Tests|Contract))`").matcher(page.text());
		while (matcher.find()) {
			assertThat(known).contains(matcher.group(1));
		}
	}

	private static Set<String> gates() throws IOException {
		Set<String> gates = new TreeSet<>();
		Matcher matcher = GATE.matcher(sources());
		while (matcher.find()) {
			gates.add(matcher.group(1));
		}
		return gates;
	}

	private static String sources() throws IOException {
		StringBuilder sources = new StringBuilder();
		try (Stream<Path> files = Files.walk(SOURCES)) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
				sources.append(Files.readString(file));
			}
		}
		return sources.toString();
	}

	private static String name(RecordComponent component) {
		return component.getName().equals("switchKind") ? "switch"
				: component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

}
