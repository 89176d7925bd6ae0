package dev.parallelchange.chaos;

import java.nio.file.Path;
import java.time.Duration;

import dev.parallelchange.chaos.audit.Findings;
import dev.parallelchange.chaos.world.Settings;
import org.junit.jupiter.api.Test;

import org.springframework.boot.convert.DurationStyle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs several JVMs under random failures. Run it again with
 * {@code -Dchaos.seed=<seed> -Dchaos.duration=<duration>}.
 */
class ChaosTests {

	private static final Path LOGS = Path.of("target", "chaos");

	@Test
	void noAcknowledgedWriteIsLost() {
		long seed = Long.getLong("chaos.seed", System.nanoTime() % 1_000_000);
		Duration duration = DurationStyle.detectAndParse(System.getProperty("chaos.duration", "25s"));
		Findings findings = new ChaosRun(Settings.of(seed, duration, LOGS)).run();
		assertThat(findings.violations()).as("seed %d, see %s", seed, LOGS.resolve("report.txt")).isEmpty();
		assertThat(findings.acknowledged()).isPositive();
	}

}
