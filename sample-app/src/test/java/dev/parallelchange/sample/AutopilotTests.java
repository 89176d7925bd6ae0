package dev.parallelchange.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The command of the README, with fewer users.
 */
class AutopilotTests {

	private static final Path LOG = Path.of("target", "autopilot.log");

	@Test
	@Timeout(600)
	void movesBothPlansUnderTrafficWithoutLosingAWrite() throws Exception {
		Files.deleteIfExists(LOG);
		try (SampleProcess sample = SampleProcess.start(LOG, "--sample.autopilot=true", "--sample.users=20000",
				"--sample.timeout=2m", "--server.port=0")) {
			int status = sample.awaitExit(Duration.ofMinutes(9));
			String output = sample.output();
			assertThat(status).as(output).isZero();
			assertThat(output).contains("Nothing was lost.")
				.containsPattern("[1-9][0-9]* rows in quarantine")
				.containsPattern("user-settings +[1-9][0-9,]+ +[0-9,]+ +100 % +[1-9][0-9,]* +[1-9][0-9,]+ +0\n")
				.containsPattern("order-state +[1-9][0-9,]+ +[0-9,]+ +100 % +[0-9,]+ +[1-9][0-9,]+ +0\n");
		}
	}

}
