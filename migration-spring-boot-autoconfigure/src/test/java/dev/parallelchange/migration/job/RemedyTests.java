package dev.parallelchange.migration.job;

import java.io.IOException;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.actuate.MigrationsEndpointWebExtension;
import dev.parallelchange.migration.docs.Documentation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RemedyTests {

	private static final Pattern WISH = Pattern.compile("Gate\\s*\\.request\\([^\"]*\"((?:[^\"\\\\]|\\\\.)*)\"");

	@Test
	void whatAJobCanDoIsWordedAsAJob() {
		assertThat(Remedy.of("wait, or " + request("\"reconcile\": \"verify\"") + "; thanks"))
			.isEqualTo("wait, or --migration.job=\"verify user-settings\"; thanks");
		assertThat(Remedy.of(request("\"reconcile\": \"repair\"")))
			.isEqualTo("--migration.job=\"repair user-settings\"");
		assertThat(Remedy.of(request("\"reconcile\": \"keep-source\"")))
			.isEqualTo("--migration.job=\"repair user-settings keep-source\" --migration.job.reason=…");
		assertThat(Remedy.of(request("\"hold\": \"none\""))).isEqualTo("--migration.job=\"hold user-settings none\"");
		assertThat(Remedy.of(request("\"approve\": \"CONTRACT\""))).isEqualTo(
				"--migration.job=\"approve user-settings CONTRACT\" --migration.job.actor=… --migration.job.reason=…");
	}

	@Test
	void whatNeedsAReasonIsAskedForOne() {
		assertThat(Remedy.of(request("\"definition\": \"accept\"")))
			.isEqualTo("--migration.job=\"accept user-settings definition\" --migration.job.reason=…");
		assertThat(Remedy.of(request("\"drift\": \"accept\"")))
			.isEqualTo("--migration.job=\"accept user-settings drift\" --migration.job.reason=…");
		assertThat(Remedy.of(request("\"source\": \"hidden\"")))
			.isEqualTo("--migration.job=\"source user-settings hidden\" --migration.job.reason=…");
		assertThat(Remedy.of(request("\"phase\": \"DUAL_READ\", \"force\": true")))
			.isEqualTo("--migration.job=\"force user-settings DUAL_READ\" --migration.job.reason=…");
	}

	@Test
	void whatNeedsNoneIsACommandAlone() {
		assertThat(Remedy.of(request("\"phase\": \"BACKFILL\"")))
			.isEqualTo("--migration.job=\"rollback user-settings BACKFILL\"");
		assertThat(Remedy.of(request("\"backfill\": \"running\"")))
			.isEqualTo("--migration.job=\"resume user-settings\"");
		assertThat(Remedy.of(request("\"scripts\": \"retry\""))).isEqualTo("--migration.job=\"retry user-settings\"");
		assertThat(Remedy.of(request("\"rehearse\": true"))).isEqualTo("--migration.job=\"rehearse user-settings\"");
	}

	@Test
	void whatItCannotDoStaysAsItIs() {
		assertThat(Remedy.of(request("\"dryRun\": true"))).isEqualTo(request("\"dryRun\": true"));
	}

	/**
	 * A request that a gate names, and that a job does not know, would be one that a
	 * pipeline cannot make.
	 */
	@Test
	void whateverAGateAsksForAJobCanDo() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			List<String> wishes = files.filter((file) -> file.toString().endsWith(".java"))
				.flatMap((file) -> WISH.matcher(Documentation.source(file.toString())).results())
				.map((found) -> found.group(1).replace("\\\"", "\"").replace("%s", "any"))
				.toList();
			assertThat(wishes).hasSizeGreaterThan(10)
				.allSatisfy((wish) -> assertThat(Remedy.of(request(wish))).startsWith("--migration.job="));
		}
	}

	@Test
	void whateverTheEndpointCanBeAskedForAJobCanDo() {
		List<String> parts = Arrays.stream(MigrationsEndpointWebExtension.class.getMethods())
			.filter((method) -> method.getName().equals("change"))
			.flatMap((method) -> Arrays.stream(method.getParameters()).skip(2).map(Parameter::getName))
			.filter((part) -> !Set.of("reason", "dryRun", "force").contains(part))
			.toList();
		assertThat(parts).contains("phase", "reads")
			.allSatisfy((part) -> assertThat(Remedy.of(request("\"" + part + "\": \"any\"")))
				.startsWith("--migration.job="));
	}

	private static String request(String wish) {
		return Gate.request("user-settings", wish);
	}

}
