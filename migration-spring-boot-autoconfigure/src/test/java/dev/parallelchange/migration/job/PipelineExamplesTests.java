package dev.parallelchange.migration.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.parallelchange.migration.docs.Documentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples for pipelines are YAML, and name commands, phases, properties and exit
 * codes that there are.
 */
class PipelineExamplesTests {

	private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

	private static final Pattern COMMAND = Pattern.compile("--migration\\.job=\"([^\"]+)\"");

	private static final Pattern OPTION = Pattern.compile("--(migration\\.job[.\\w-]*)=");

	private static final Pattern INPUT = Pattern.compile("\\$\\{\\{ inputs\\.(\\w+) }}");

	static List<Documentation> pages() {
		return Documentation.pages().stream().filter((page) -> page.text().contains("--migration.job")).toList();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void commandsAndTheirPropertiesExist(Documentation page) throws IOException {
		String metadata = Files.readString(METADATA);
		Matcher command = COMMAND.matcher(page.text());
		while (command.find()) {
			assertIsCommand(command.group(1));
		}
		Matcher option = OPTION.matcher(page.text());
		while (option.find()) {
			assertThat(metadata).contains("\"name\": \"" + option.group(1) + "\"");
		}
	}

	@Test
	void workflowsRunCommandsThatExist() throws IOException {
		String metadata = Files.readString(METADATA);
		List<Map<String, String>> workflows = examples("runs-on:");
		assertThat(workflows).isNotEmpty().allSatisfy((workflow) -> {
			assertThat(workflow).containsKeys("name", "jobs.advance.runs-on", "jobs.advance.steps[0].uses");
			assertThat(values(workflow, ".env.MIGRATION_JOB")).hasSize(3)
				.allSatisfy((command) -> assertIsCommand(withInputs(command, workflow)));
			assertThat(workflow.keySet()).filteredOn((key) -> key.contains(".env.MIGRATION_"))
				.allSatisfy((key) -> assertThat(metadata).contains(
						"\"name\": \"%s\"".formatted(key.replaceAll(".*\\.", "").replace('_', '.').toLowerCase())));
		});
	}

	@Test
	void kubernetesJobsRunCommandsThatExistAndKnowTheirExitCodes() throws IOException {
		List<Integer> codes = Arrays.stream(JobResult.values()).map(JobResult::exitCode).toList();
		assertThat(examples("kind: Job")).isNotEmpty().allSatisfy((job) -> {
			assertThat(job).containsEntry("apiVersion", "batch/v1").containsEntry("kind", "Job");
			assertThat(values(job, "].args[0]")).singleElement()
				.satisfies((argument) -> assertIsCommand(argument.replace("--migration.job=", "")));
			assertThat(job.entrySet()).filteredOn((entry) -> entry.getKey().contains("onExitCodes.values["))
				.isNotEmpty()
				.allSatisfy((code) -> assertThat(codes).contains(Integer.valueOf(code.getValue())));
		});
	}

	private static void assertIsCommand(String line) {
		JobLine command = JobLine.parse(line);
		boolean phase = List.of(Verb.ADVANCE, Verb.APPROVE, Verb.ROLLBACK).contains(command.verb())
				&& command.arguments().size() > 1;
		if (phase) {
			assertThat(JobPlans.phase(command.argument(1))).isNotNull();
		}
	}

	/**
	 * With what an input is if nothing is chosen; {@code on} is a truth value to YAML.
	 */
	private static String withInputs(String command, Map<String, String> workflow) {
		return INPUT.matcher(command)
			.replaceAll((input) -> values(workflow, ".inputs." + input.group(1) + ".default").get(0));
	}

	private static List<String> values(Map<String, String> example, String key) {
		return example.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().endsWith(key))
			.map(Map.Entry::getValue)
			.toList();
	}

	/**
	 * The YAML examples with some text, as properties.
	 */
	private static List<Map<String, String>> examples(String text) {
		return Documentation.pages()
			.stream()
			.flatMap((page) -> page.blocks("yaml").stream())
			.filter((block) -> block.contains(text))
			.map(PipelineExamplesTests::properties)
			.toList();
	}

	private static Map<String, String> properties(String yaml) {
		try {
			Map<String, String> properties = new LinkedHashMap<>();
			new YamlPropertySourceLoader().load("example", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
				.stream()
				.map((source) -> (EnumerablePropertySource<?>) source)
				.forEach((source) -> Stream.of(source.getPropertyNames())
					.forEach((name) -> properties.put(name,
							String.valueOf(Objects.requireNonNull(source.getProperty(name))))));
			return properties;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
