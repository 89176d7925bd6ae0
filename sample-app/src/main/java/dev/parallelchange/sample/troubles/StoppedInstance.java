package dev.parallelchange.sample.troubles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.sample.SampleApplication;
import org.jspecify.annotations.Nullable;

/**
 * A second instance of the service, in a process of its own, that does not run any more
 * and is not gone either, as one whose machine is overloaded.
 */
final class StoppedInstance implements Trouble, AutoCloseable {

	private static final Duration LOOK_EVERY = Duration.ofMillis(100);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int SECONDS_TO_END = 5;

	private final MigrationRunner runner;

	private final List<String> arguments;

	private @Nullable Process process;

	/**
	 * Create the trouble.
	 * @param runner tells when the instance takes part
	 * @param arguments the command line of the instance
	 */
	StoppedInstance(MigrationRunner runner, List<String> arguments) {
		this.runner = runner;
		this.arguments = List.copyOf(arguments);
	}

	@Override
	public String name() {
		return "stopped-instance";
	}

	@Override
	public String shows() {
		return "In any phase: an instance is silent; a step that is asked for waits until its lease ends";
	}

	@Override
	public synchronized void plant() {
		if (this.process != null) {
			return;
		}
		Process started = start();
		this.process = started;
		awaitPart(started);
		signal("-STOP", started);
	}

	@Override
	public synchronized void heal() {
		Process stopped = this.process;
		this.process = null;
		if (stopped != null) {
			signal("-CONT", stopped);
			end(stopped);
		}
	}

	@Override
	public void close() {
		heal();
	}

	private Process start() {
		List<String> command = Stream
			.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp",
					System.getProperty("java.class.path"), SampleApplication.class.getName()), this.arguments.stream())
			.toList();
		try {
			return new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void awaitPart(Process started) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!takesPart(started)) {
			if (!started.isAlive() || System.nanoTime() > deadline) {
				started.destroyForcibly();
				this.process = null;
				throw new IllegalStateException("The second instance did not start");
			}
			LockSupport.parkNanos(LOOK_EVERY.toNanos());
		}
	}

	private boolean takesPart(Process started) {
		return this.runner.list()
			.stream()
			.allMatch((status) -> status.instances().stream().anyMatch((instance) -> isIn(started, instance, status)));
	}

	private static boolean isIn(Process started, MigrationStatus.InstanceStatus instance, MigrationStatus status) {
		return instance.host().endsWith(":" + started.pid()) && instance.acknowledgedEpoch() == status.epoch();
	}

	private static void signal(String signal, Process process) {
		try {
			int status = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
			if (status != 0) {
				throw new IllegalStateException("kill %s ended with status %d".formatted(signal, status));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void end(Process process) {
		process.destroy();
		try {
			if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
				process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
