package dev.parallelchange.migration.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.parallelchange.migration.docs.Documentation;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.config.YamlMapFactoryBean;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The alerts and the dashboard ask for what is really there.
 */
class MonitoringTests {

	private static final Path ALERTS = Path.of("../docs/monitoring/migration-alerts.yml");

	private static final Path DASHBOARD = Path.of("../docs/monitoring/migration-dashboard.json");

	private static final Path ALERT_TESTS = Path.of("src/test/resources/monitoring");

	/** What Prometheus adds to each series of a target. */
	private static final Set<String> OF_TARGETS = Set.of("job", "instance", "namespace");

	private static final Pattern SERIES = Pattern.compile("\\b(migration_[a-z_]+)(?:\\{([^}]*)})?");

	private static final Pattern MATCHED_LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");

	private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on)\\s*\\(([^)]*)\\)");

	private static final Map<String, Set<String>> series = series();

	/**
	 * An expression of PromQL, and the labels that texts beside it name.
	 */
	record Query(String where, String expression, Set<String> named) {

		@Override
		public String toString() {
			return this.where;
		}

	}

	static Stream<Query> queries() throws IOException {
		return Stream.concat(alerts().stream().map(MonitoringTests::query), panelQueries().stream());
	}

	@ParameterizedTest
	@MethodSource("queries")
	void aQueryAsksForSeriesAndLabelsThatThereAre(Query query) {
		Set<String> labels = new HashSet<>(OF_TARGETS);
		Matcher asked = SERIES.matcher(query.expression());
		boolean found = false;
		while (asked.find()) {
			found = true;
			assertThat(series).containsKey(asked.group(1));
			Set<String> known = new HashSet<>(OF_TARGETS);
			known.addAll(series.get(asked.group(1)));
			assertThat(known).containsAll(all(MATCHED_LABEL, Optional.ofNullable(asked.group(2)).orElse("")));
			labels.addAll(known);
		}
		assertThat(found).isTrue();
		assertThat(labels).containsAll(grouped(query)).containsAll(query.named());
		assertThat(grouped(query)).as("labels that are left for texts").containsAll(query.named());
		assertBalanced(query.expression());
	}

	static List<Map<String, Object>> alerts() {
		return list(list(yaml(ALERTS).get("groups")).get(0).get("rules"));
	}

	@ParameterizedTest
	@MethodSource("alerts")
	void anAlertSaysWhetherDataIsSafeAndWhatToDo(Map<String, Object> alert) {
		Map<String, Object> annotations = map(alert.get("annotations"));
		assertThat(map(alert.get("labels")).get("severity")).isIn("critical", "warning", "info");
		assertThat(annotations.get("summary").toString()).contains("$labels.plan");
		assertThat(annotations.get("description").toString()).contains("Data is safe");
		String[] runbook = annotations.get("runbook").toString().split("#");
		assertThat(runbook[0]).isEqualTo("docs/troubleshooting.md");
		assertThat(Documentation.page(runbook[0]).anchors()).contains(runbook[1]);
		assertThat(Documentation.page("docs/monitoring.md").text()).contains("| `" + alert.get("alert") + "` |");
	}

	@Test
	void eachAlertIsTested() throws IOException {
		String tests = Files.readString(ALERT_TESTS.resolve("migration-alerts-tests.yml"))
				+ Files.readString(ALERT_TESTS.resolve("migration-alerts-of-days-tests.yml"));
		assertThat(alerts()).hasSizeGreaterThan(10)
			.allSatisfy((alert) -> assertThat(tests).contains("alertname=\"" + alert.get("alert") + "\""));
	}

	@Test
	void alertsFireWhenTheyShould() throws Exception {
		Optional<Path> promtool = Stream.of((System.getenv("PATH") + ":/usr/local/bin").split(":"))
			.map((folder) -> Path.of(folder, "promtool"))
			.filter(Files::isExecutable)
			.findFirst();
		Assumptions.assumeTrue(promtool.isPresent(), "promtool is not installed; try apt-get install prometheus");
		Process process = new ProcessBuilder(promtool.orElseThrow().toString(), "test", "rules",
				"migration-alerts-tests.yml", "migration-alerts-of-days-tests.yml")
			.directory(ALERT_TESTS.toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes());
		assertThat(process.waitFor()).as(output).isZero();
	}

	@Test
	void theDashboardCanBeImported() throws IOException {
		Map<String, Object> dashboard = dashboard();
		List<Map<String, Object>> panels = list(dashboard.get("panels"));
		assertThat(panels).extracting((panel) -> panel.get("id")).doesNotHaveDuplicates();
		assertThat(panels).extracting((panel) -> panel.get("gridPos")).doesNotHaveDuplicates();
		assertThat(panels).filteredOn((panel) -> !panel.get("type").equals("row"))
			.allSatisfy((panel) -> assertThat(map(panel.get("datasource")).get("uid")).isEqualTo("${datasource}"))
			.allSatisfy((panel) -> assertThat(panel.get("description").toString()).isNotBlank());
		assertThat(list(map(dashboard.get("templating")).get("list"))).extracting((variable) -> variable.get("name"))
			.containsExactly("datasource", "job", "plan");
	}

	private static Map<String, Set<String>> series() {
		Map<String, Set<String>> found = new HashMap<>();
		String scrape = RecordedMeters.in(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)).scrape();
		Matcher line = Pattern.compile("(?m)^(\\w+)\\{([^}]*)}").matcher(scrape);
		while (line.find()) {
			found.computeIfAbsent(line.group(1), (name) -> new TreeSet<>()).addAll(all(MATCHED_LABEL, line.group(2)));
		}
		return found;
	}

	private static Query query(Map<String, Object> alert) {
		return new Query(alert.get("alert").toString(), alert.get("expr").toString(),
				all(Pattern.compile("\\$labels\\.(\\w+)"), alert.get("annotations").toString()));
	}

	private static List<Query> panelQueries() throws IOException {
		List<Query> queries = new ArrayList<>();
		for (Map<String, Object> panel : list(dashboard().get("panels"))) {
			for (Map<String, Object> target : list(panel.getOrDefault("targets", List.of()))) {
				queries.add(new Query(panel.get("title") + " " + target.get("refId"), target.get("expr").toString(),
						all(Pattern.compile("\\{\\{(\\w+)}}"), target.get("legendFormat").toString())));
			}
		}
		return queries;
	}

	private static Set<String> grouped(Query query) {
		Set<String> labels = new TreeSet<>();
		all(GROUPING, query.expression()).forEach((list) -> labels.addAll(List.of(list.split(",\\s*"))));
		return labels;
	}

	private static Set<String> all(Pattern pattern, String text) {
		Set<String> found = new TreeSet<>();
		Matcher matcher = pattern.matcher(text);
		while (matcher.find()) {
			found.add(matcher.group(1));
		}
		return found;
	}

	private static void assertBalanced(String expression) {
		int depth = 0;
		for (char character : expression.toCharArray()) {
			depth += (character == '(') ? 1 : (character == ')') ? -1 : 0;
			assertThat(depth).isNotNegative();
		}
		assertThat(depth).isZero();
	}

	private static Map<String, Object> yaml(Path file) {
		YamlMapFactoryBean yaml = new YamlMapFactoryBean();
		yaml.setResources(new FileSystemResource(file));
		return Objects.requireNonNull(yaml.getObject());
	}

	private static Map<String, Object> dashboard() throws IOException {
		return JsonParserFactory.getJsonParser().parseMap(Files.readString(DASHBOARD));
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> list(Object value) {
		return (List<Map<String, Object>>) value;
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> map(Object value) {
		return (Map<String, Object>) value;
	}

}
