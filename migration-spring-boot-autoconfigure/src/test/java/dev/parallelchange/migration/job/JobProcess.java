package dev.parallelchange.migration.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application in a JVM of its own.
 */
final class JobProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(4);

	private final ApplicationJar jar;

	private final Process process;

	private final Path output;

	private JobProcess(ApplicationJar jar, Process process, Path output) {
		this.jar = jar;
		this.process = process;
		this.output = output;
	}

	/**
	 * Start the application.
	 * @param directory where it is started
	 * @param environment environment variables
	 */
	static JobProcess start(ApplicationJar jar, Path directory, Map<String, String> environment,
			List<String> arguments) {
		try {
			Path output = Files.createTempFile("job", ".log");
			ProcessBuilder builder = new ProcessBuilder().directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile());
			builder.environment().putAll(environment);
			return new JobProcess(jar, jar.start(builder, arguments), output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait for the end.
	 * @return the exit code
	 */
	int exitCode() throws InterruptedException {
		assertThat(this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
		this.jar.ended(this.process);
		return this.process.exitValue();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	void terminate() {
		this.process.destroy();
	}

	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		try {
			Files.deleteIfExists(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
