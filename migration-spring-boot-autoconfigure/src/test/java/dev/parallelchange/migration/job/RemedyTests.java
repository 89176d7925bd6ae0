package dev.parallelchange.migration.job;

import dev.parallelchange.migration.Gate;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RemedyTests {

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
	void whatItCannotDoStaysAsItIs() {
		assertThat(Remedy.of(request("\"definition\": \"accept\""))).isEqualTo(request("\"definition\": \"accept\""));
	}

	private static String request(String wish) {
		return Gate.request("user-settings", wish);
	}

}
