package dev.parallelchange.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server that is ended by its process, such as one that runs on after the program that
 * started it was killed.
 */
final class LeftoverServer {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

	private LeftoverServer() {
	}

	static void stop(Path data) {
		Path pidFile = data.resolve("postmaster.pid");
		try {
			if (Files.exists(pidFile)) {
				find(Files.readAllLines(pidFile)).ifPresent(LeftoverServer::stop);
				Files.deleteIfExists(pidFile);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Tell a server to end at once, without a checkpoint.
	 */
	static void quit(Path data) {
		try {
			ProcessHandle server = find(Files.readAllLines(data.resolve("postmaster.pid")))
				.orElseThrow(() -> new IllegalStateException("No server runs in '%s'".formatted(data)));
			List<ProcessHandle> family = server.descendants().toList();
			new ProcessBuilder("kill", "-QUIT", String.valueOf(server.pid())).inheritIO().start();
			awaitExit(server);
			family.forEach(LeftoverServer::awaitExit);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	// Lines: process id, data directory, start in seconds. The start tells the server
	// from a process that got its number later.
	private static Optional<ProcessHandle> find(List<String> pidFile) {
		if (pidFile.size() < 3) {
			return Optional.empty();
		}
		Instant started = Instant.ofEpochSecond(Long.parseLong(pidFile.get(2).strip()));
		return ProcessHandle.of(Long.parseLong(pidFile.get(0).strip()))
			.filter((process) -> process.info()
				.startInstant()
				.map((start) -> Duration.between(start, started).abs().compareTo(CLOCK_TOLERANCE) < 0)
				.orElse(true));
	}

	private static void stop(ProcessHandle server) {
		List<ProcessHandle> family = server.descendants().toList();
		server.destroy();
		if (!awaitExit(server)) {
			// It waits for its clients; what it had committed is in its log.
			server.destroyForcibly();
			awaitExit(server);
		}
		family.forEach(LeftoverServer::awaitExit);
	}

	private static boolean awaitExit(ProcessHandle process) {
		try {
			process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Could not wait for process " + process.pid(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for process " + process.pid(), ex);
		}
	}

}
