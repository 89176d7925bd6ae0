package dev.parallelchange.migration.job;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TextOutputTests {

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	private final PrintStream out = new PrintStream(this.printed, true, StandardCharsets.UTF_8);

	@Test
	void aTerminalHasALineThatIsWrittenOver() {
		TextOutput output = new TextOutput(this.out, true);
		output.progress(status());
		output.progress(status());
		assertThat(text()).isEqualTo("\r\u001b[Kuser-settings OFF".repeat(2));
		output.say("done");
		assertThat(text()).endsWith("\r\u001b[Kdone" + System.lineSeparator());
	}

	@Test
	void aLogHasALineWhenSomethingHasHappened() {
		TextOutput output = new TextOutput(this.out, false);
		output.progress(status());
		output.progress(status());
		assertThat(text()).isEqualTo("user-settings OFF" + System.lineSeparator());
	}

	@Test
	void theBarShowsTheShare() {
		assertThat(new ProgressLine("step", "text", 0.25).withBar()).isEqualTo("[######------------------] text");
		assertThat(new ProgressLine("step", "text", null).withBar()).isEqualTo("text");
	}

	@Test
	void theCopyIsToldInWords() {
		BackfillStatus backfill = new BackfillStatus(BackfillStatus.State.RUNNING, 62_400, 62_000, 100_000, 0.624,
				1_250, Duration.ofSeconds(90), 1000, 2, null, 0, null, 0, List.of(), List.of());
		assertThat(ProgressLine.copied(backfill))
			.isEqualTo("62.4 % of 100,000 rows, 1,250 rows/s, about 1 min 30 s left");
	}

	private static MigrationStatus status() {
		return new MigrationStatus.Builder(PlanState.initial("user-settings")).build();
	}

	private String text() {
		return this.printed.toString(StandardCharsets.UTF_8);
	}

}
