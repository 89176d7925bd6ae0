package dev.parallelchange.migration.job;

import java.io.PrintStream;
import java.time.Duration;

import dev.parallelchange.migration.MigrationStatus;

/**
 * Tells people: on a terminal a line that is written over, in a log a line now and then.
 */
final class TextOutput implements JobOutput {

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	/** A line that wraps could not be written over. */
	private static final int WIDTH = 79;

	private static final String CLEAR = "\r\u001b[K";

	private final PrintStream out;

	private final boolean terminal;

	private String step = "";

	private String last = "";

	private long lastAt;

	TextOutput(PrintStream out, boolean terminal) {
		this.out = out;
		this.terminal = terminal;
	}

	@Override
	public void progress(MigrationStatus status) {
		ProgressLine line = ProgressLine.of(status);
		if (this.terminal) {
			String shown = line.withBar();
			this.out.print(CLEAR + shown.substring(0, Math.min(shown.length(), WIDTH)));
			this.out.flush();
			return;
		}
		boolean due = System.nanoTime() - this.lastAt >= INTERVAL.toNanos();
		if (!line.step().equals(this.step) || (due && !line.text().equals(this.last))) {
			this.step = line.step();
			this.last = line.text();
			this.lastAt = System.nanoTime();
			this.out.println(line.text());
		}
	}

	@Override
	public void say(String line) {
		this.out.println((this.terminal ? CLEAR : "") + line);
	}

	@Override
	public void end(String command, JobOutcome outcome) {
		say(OutcomeText.of(outcome));
		this.out.flush();
	}

}
