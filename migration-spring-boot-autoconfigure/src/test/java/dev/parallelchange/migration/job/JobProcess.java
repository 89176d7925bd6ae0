package dev.parallelchange.migration.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.test.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application in a JVM of its own.
 */
final class JobProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(4);

	private final Process process;

	private final Path output;

	private JobProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	static JobProcess start(TestDatabase database, String... arguments) {
		try {
			Path output = Files.createTempFile("job", ".log");
			List<String> command = new ArrayList<>(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
							"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Duser.language=en", "-cp",
							System.getProperty("java.class.path"), JobApplication.class.getName()));
			command.add("--spring.datasource.url=" + database.jdbcUrl());
			command.addAll(List.of(arguments));
			return new JobProcess(new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.to(output.toFile()))
				.start(), output);
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
