package dev.parallelchange.migration.job;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.parallelchange.migration.MigrationStatus;

import org.springframework.boot.json.JsonWriter;

/**
 * Tells programs: one line with one object at the end; what happens on the way goes to
 * the error output.
 */
final class JsonOutput implements JobOutput {

	private static final JsonWriter<Map<String, Object>> JSON = JsonWriter.standard();

	private final PrintStream out;

	private final TextOutput progress;

	JsonOutput(PrintStream out, PrintStream err) {
		this.out = out;
		this.progress = new TextOutput(err, false);
	}

	@Override
	public void progress(MigrationStatus status) {
		this.progress.progress(status);
	}

	@Override
	public void say(String line) {
		this.progress.say(line);
	}

	@Override
	public void end(String command, JobOutcome outcome) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("command", command);
		members.put("result", outcome.result().name());
		members.put("exitCode", outcome.result().exitCode());
		members.put("message", outcome.message());
		members.put("gates", RecordMembers.of(outcome.gates()));
		members.put("notes", outcome.notes());
		members.put("plans", RecordMembers.of(outcome.plans()));
		this.out.println(JSON.writeToString(members));
		this.out.flush();
	}

}
