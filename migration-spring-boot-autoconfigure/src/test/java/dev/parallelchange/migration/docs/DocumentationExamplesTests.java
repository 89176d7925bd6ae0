package dev.parallelchange.migration.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Java examples of the documentation are parts of classes that the build compiles.
 */
class DocumentationExamplesTests {

	private static final List<Path> EXAMPLES = List.of(
			Path.of("src/test/java/dev/parallelchange/migration/docs/example"),
			Path.of("../migration-spring-boot-starter-test/src/test/java/dev/parallelchange/migration/test/example"));

	/** Its test compiles it. */
	private static final String DEMONSTRATION = "docs/from-zero.md";

	static List<Documentation> pages() {
		return Documentation.pages().stream().filter((page) -> !page.toString().equals(DEMONSTRATION)).toList();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void javaIsCompiled(Documentation page) throws IOException {
		List<String> sources = sources();
		assertThat(page.blocks("java")).allSatisfy((block) -> assertThat(block.split("\\n\\s*// …\\n"))
			.allSatisfy((part) -> assertThat(sources).anyMatch((source) -> source.contains(withoutIndent(part)))));
	}

	private static List<String> sources() throws IOException {
		List<String> sources = new ArrayList<>();
		for (Path folder : EXAMPLES) {
			try (Stream<Path> files = Files.walk(folder)) {
				files.filter(Files::isRegularFile)
					.forEach((file) -> sources.add(withoutIndent(Documentation.source(file.toString()))));
			}
		}
		return sources;
	}

	private static String withoutIndent(String text) {
		return text.lines().map(String::strip).filter((line) -> !line.isEmpty()).collect(Collectors.joining("\n"));
	}

}
