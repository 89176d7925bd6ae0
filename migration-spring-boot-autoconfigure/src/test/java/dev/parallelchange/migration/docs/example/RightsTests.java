package dev.parallelchange.migration.docs.example;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.docs.Documentation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A role that lacks one of the rights which the documentation names is told so, as it
 * says there.
 */
@ExtendWith(OutputCaptureExtension.class)
class RightsTests {

	private static final Documentation PAGE = Documentation.page("docs/security.md");

	/** The rows of the table: a right, and what is seen without it. */
	static Stream<List<String>> rights() {
		return PAGE.text()
			.lines()
			.filter((line) -> line.matches("\\| `(grant|alter) .*"))
			.map((line) -> Stream.of(line.split("`")).filter((part) -> !part.matches("[ |]*")).toList());
	}

	@ParameterizedTest
	@MethodSource("rights")
	void oneRightLessIsTold(List<String> right, CapturedOutput output) {
		assertThat(FirstSteps.RIGHTS).contains(right.get(0) + ";");
		try (FirstSteps steps = new FirstSteps(right.get(0) + ";")) {
			steps.insert();
			MigrationRunner runner = steps.start().getBean(MigrationRunner.class);
			Stream.of("visit-date", "user-settings")
				.forEach((plan) -> runner.change(plan,
						ChangeRequest.phase(MigrationPhase.BACKFILL, "test", "without a right")));
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(output + runner.list().toString()).contains(right.get(1)));
		}
		catch (BeanCreationException ex) {
			assertThat(output).contains("APPLICATION FAILED TO START", right.get(1));
		}
	}

}
