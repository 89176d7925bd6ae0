package dev.parallelchange.chaos;

import java.nio.file.Path;
import java.time.Duration;

import dev.parallelchange.chaos.audit.Findings;
import dev.parallelchange.chaos.audit.Violation;
import dev.parallelchange.chaos.world.Settings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Shows that a run finds what is lost.
 */
class PlantedLossTests {

	@Test
	void writesThatSkipTheMirrorAreFound() {
		Settings settings = new Settings(1, Duration.ofSeconds(8), Path.of("target", "chaos-planted"), 1, "DUAL_READ",
				5);
		Findings findings = new ChaosRun(settings).run();
		assertThat(findings.violations()).extracting(Violation::plan).containsOnly("released");
		assertThat(findings.violations()).extracting(Violation::text)
			.anyMatch((text) -> text.startsWith("a pass found"))
			.anyMatch((text) -> text.startsWith("the sides differ"));
	}

}
