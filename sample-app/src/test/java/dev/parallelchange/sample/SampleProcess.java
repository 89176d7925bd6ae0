package dev.parallelchange.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample in a JVM of its own, which can be killed.
 */
final class SampleProcess implements AutoCloseable {

	private final Process process;

	private final Path log;

	private SampleProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Start the sample.
	 * @param log where its output goes
	 * @param arguments the command line
	 */
	static SampleProcess start(Path log, String... arguments) throws IOException {
		return start(log, List.of("-cp", System.getProperty("java.class.path"), SampleApplication.class.getName()),
				arguments);
	}

	/**
	 * Start another main class.
	 * @param log where its output goes
	 * @param application options of the JVM, and the class
	 * @param arguments the command line
	 */
	static SampleProcess start(Path log, List<String> application, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xshare:auto", "-Xmx512m", "-Duser.language=en"));
		command.addAll(application);
		command.addAll(List.of(arguments));
		Files.createDirectories(log.getParent());
		return new SampleProcess(new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
			.start(), log);
	}

	/**
	 * Let it run for a while, which it must survive.
	 */
	void run(Duration duration) throws InterruptedException {
		assertThat(this.process.waitFor(duration.toMillis(), TimeUnit.MILLISECONDS)).as(output()).isFalse();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Wait for it to end by itself.
	 * @return its exit status
	 */
	int awaitExit(Duration timeout) throws InterruptedException {
		assertThat(this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)).as(output()).isTrue();
		return this.process.exitValue();
	}

	/**
	 * End it with SIGKILL.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	String output() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
