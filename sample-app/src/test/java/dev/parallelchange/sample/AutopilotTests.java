package dev.parallelchange.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.parallelchange.postgres.EmbeddedCluster;
import dev.parallelchange.sample.world.SampleData;
import dev.parallelchange.sample.world.SampleDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The command of the README, with fewer users.
 */
class AutopilotTests {

	private static final Path LOG = Path.of("target", "autopilot.log");

	private static final Path LOG_OF_LOSS = Path.of("target", "autopilot-loss.log");

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
				.containsPattern("user-settings +[1-9][0-9,]+ +[0-9,]+ +2 +100 % +[1-9][0-9,]* +[1-9][0-9,]+ +0\n")
				.containsPattern("order-state +[1-9][0-9,]+ +[0-9,]+ +2 +100 % +[0-9,]+ +[1-9][0-9,]+ +0\n");
		}
	}

	@Test
	@Timeout(600)
	void endsWithAnErrorWhenTheDatabaseHasForgottenWrites() throws Exception {
		Files.deleteIfExists(LOG_OF_LOSS);
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().start();
				SampleDatabase database = SampleDatabase.at(cluster.jdbcUrl("postgres"), null)) {
			new SampleData(database, 2000, 42).generate();
			forgetWritesBeforeTheFirstIsMirrored(database);
			try (SampleProcess sample = SampleProcess.start(LOG_OF_LOSS, "--sample.autopilot=true",
					"--sample.users=2000", "--sample.timeout=2m", "--server.port=0",
					"--sample.jdbc-url=" + database.jdbcUrl())) {
				int status = sample.awaitExit(Duration.ofMinutes(9));
				assertThat(status).as(sample.output()).isEqualTo(1);
				assertThat(sample.output()).contains("SOMETHING WAS LOST")
					.containsPattern("user-settings .* 100 % .* [1-9][0-9,]*\n")
					.containsPattern("acknowledged writes missing on the SOURCE: [1-9]");
			}
		}
	}

	private static void forgetWritesBeforeTheFirstIsMirrored(SampleDatabase database) {
		database.client().sql("""
				create function forget() returns trigger language plpgsql as $$
				begin
					if not exists (select from user_settings) then
						new.profile = old.profile;
					end if;
					return new;
				end $$""").update();
		database.client().sql("""
				create trigger forget before update of profile on users
				for each row execute function forget()""").update();
	}

}
