package dev.parallelchange.migration.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.docs.Documentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.config.YamlMapFactoryBean;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page about pipelines names what there is, and its examples can be used.
 */
class PipelinePageTests {

	private static final Pattern OPTION = Pattern.compile("--migration\\.job=(?:\"([^\"\n]+)\"|([^\"\n]+))");

	private static final Pattern VARIABLE = Pattern.compile("MIGRATION_JOB: (.+)");

	private static final Pattern PROPERTY = Pattern
		.compile("(?:--|^ +)(migration\\.job[.a-z]*(?==)|MIGRATION_JOB[_A-Z]*(?=:))", Pattern.MULTILINE);

	private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

	private static final Set<Verb> PHASED = Set.of(Verb.ADVANCE, Verb.ROLLBACK, Verb.APPROVE, Verb.FORCE);

	private final Documentation page = Documentation.page("docs/pipeline.md");

	@ParameterizedTest
	@EnumSource
	void everyCommandIsOnThePage(Verb verb) {
		assertThat(this.page.text()).contains("| `" + verb.usage().replace("|", "\\|") + "` |");
	}

	@ParameterizedTest
	@EnumSource
	void everyExitCodeIsOnThePage(JobResult result) {
		assertThat(this.page.text()).contains("| %d | `%s` |".formatted(result.exitCode(), result));
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyCommandAndPhaseInAnExampleExists(Documentation page) {
		assertThat(found(OPTION, page.text())).allSatisfy(PipelinePageTests::assertExists);
		assertThat(found(VARIABLE, page.text())).allSatisfy(PipelinePageTests::assertExists);
	}

	static List<Documentation> pages() {
		return Documentation.pages().stream().filter((page) -> page.text().contains("--migration.job=")).toList();
	}

	private static void assertExists(String command) {
		JobLine line = JobLine.parse(command);
		if (PHASED.contains(line.verb()) && line.arguments().size() > 1) {
			assertThat(JobPlans.phase(line.argument(1))).isNotNull();
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyPropertyInAnExampleExists(Documentation page) throws IOException {
		String metadata = Files.readString(METADATA);
		Matcher property = PROPERTY.matcher(page.text());
		while (property.find()) {
			String name = property.group(1).toLowerCase(Locale.ROOT).replace('_', '.');
			assertThat(metadata).contains("\"name\": \"" + name + "\"");
		}
	}

	@Test
	void theWorkflowIsOne() {
		Map<String, Object> workflow = yaml(0);
		assertThat(workflow).containsKeys("name", "jobs");
		Map<?, ?> job = (Map<?, ?>) ((Map<?, ?>) workflow.get("jobs")).get("advance");
		assertThat((List<?>) job.get("steps")).allSatisfy((step) -> assertThat((Map<?, ?>) step).satisfiesAnyOf(
				(one) -> assertThat(one.get("run")).isNotNull(), (one) -> assertThat(one.get("uses")).isNotNull()));
	}

	@Test
	void theKubernetesJobIsOne() {
		Map<String, Object> job = yaml(1);
		assertThat(job).containsEntry("kind", "Job").containsEntry("apiVersion", "batch/v1");
		Map<?, ?> template = (Map<?, ?>) ((Map<?, ?>) job.get("spec")).get("template");
		Map<?, ?> container = (Map<?, ?>) ((List<?>) ((Map<?, ?>) template.get("spec")).get("containers")).get(0);
		assertThat((List<?>) container.get("args")).hasSize(4)
			.allSatisfy((argument) -> assertThat(argument).asString().startsWith("--migration.job"));
		Map<?, ?> policy = (Map<?, ?>) ((Map<?, ?>) job.get("spec")).get("podFailurePolicy");
		Map<?, ?> codes = (Map<?, ?>) ((Map<?, ?>) ((List<?>) policy.get("rules")).get(0)).get("onExitCodes");
		assertThat((List<?>) codes.get("values")).isNotEmpty()
			.allSatisfy(
					(code) -> assertThat(JobResult.values()).extracting(JobResult::exitCode).contains((Integer) code));
	}

	private Map<String, Object> yaml(int number) {
		String block = this.page.blocks("yaml").get(number);
		YamlMapFactoryBean yaml = new YamlMapFactoryBean();
		yaml.setResources(new ByteArrayResource(block.getBytes(StandardCharsets.UTF_8)));
		return yaml.getObject();
	}

	private static List<String> found(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		List<String> found = new ArrayList<>();
		while (matcher.find()) {
			String command = (matcher.groupCount() == 2 && matcher.group(1) == null) ? matcher.group(2)
					: matcher.group(1);
			found.add(command.replaceAll("\\$\\{\\{.*?}}", "DUAL_READ"));
		}
		return found;
	}

}
