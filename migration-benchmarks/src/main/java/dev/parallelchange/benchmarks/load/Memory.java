package dev.parallelchange.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.world.Database;

/**
 * What a JVM of its own needs to copy and compare all rows of a table.
 *
 * @param idle the bytes in use before
 * @param most the bytes in use at most
 */
public record Memory(long idle, long most) {

	private static final Pattern ANSWER = Pattern.compile("heap (\\d+) (\\d+)");

	/**
	 * Copy and compare in a JVM with a small heap, which fails if that is not enough.
	 * @param database where the tables are
	 * @param table the rows, which are there already
	 * @param rows how many there are
	 * @param megabytes the heap
	 * @return what was in use
	 */
	public static Memory measure(Database database, CopyTable table, long rows, int megabytes) {
		table.createTarget(database);
		database.forgetPlans();
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + megabytes + "m",
				"-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-classpath", System.getProperty("java.class.path"),
				MemoryProbe.class.getName(), database.url(), String.valueOf(rows), ""));
		table.plan().forEach((name, value) -> command.add(name + "=" + value));
		return parse(run(command));
	}

	private static Memory parse(String output) {
		Matcher matcher = ANSWER.matcher(output);
		if (!matcher.find()) {
			throw new IllegalStateException("The program did not end well: " + output);
		}
		return new Memory(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
	}

	private static String run(List<String> command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			process.waitFor();
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the program ran", ex);
		}
	}

	/**
	 * Return what the work needs beyond what the application needs for itself.
	 * @return the difference in megabytes
	 */
	public double beyondIdle() {
		return (this.most - this.idle) / 1e6;
	}

}
