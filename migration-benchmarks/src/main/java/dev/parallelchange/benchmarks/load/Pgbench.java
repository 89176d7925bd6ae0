package dev.parallelchange.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's own load generator, where it is installed.
 *
 * @param program the program
 * @param port the server's port
 */
record Pgbench(Path program, int port) {

	private static final List<String> PLACES = List.of("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew");

	/**
	 * Look for the program.
	 */
	static Optional<Pgbench> find(String url) {
		int port = URI.create(url.substring("jdbc:".length())).getPort();
		Stream<Path> path = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
			.map((folder) -> Path.of(folder, "pgbench"));
		return Stream.concat(path, PLACES.stream().map(Path::of).flatMap(Pgbench::versions))
			.filter(Files::isExecutable)
			.findFirst()
			.map((program) -> new Pgbench(program, port));
	}

	private static Stream<Path> versions(Path place) {
		try (Stream<Path> versions = Files.isDirectory(place) ? Files.list(place) : Stream.empty()) {
			return versions.map((version) -> version.resolve("bin/pgbench")).toList().stream();
		}
		catch (IOException ex) {
			return Stream.empty();
		}
	}

	/**
	 * Create the tables of TPC-B.
	 */
	void initialize(int scale) {
		run(List.of("-i", "-q", "-s", String.valueOf(scale)), null);
	}

	/**
	 * Run transactions at a steady rate.
	 * @return the transactions
	 */
	List<Transaction> run(int perSecond, int seconds) {
		try {
			Path logs = Files.createTempDirectory("pgbench");
			try {
				run(List.of("-n", "-c", "4", "-M", "prepared", "-R", String.valueOf(perSecond), "-T",
						String.valueOf(seconds), "-l", "--log-prefix=log"), logs);
				return transactions(logs);
			}
			finally {
				delete(logs);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The words of each line: client, number, microseconds, script, and the end in
	 * seconds and microseconds.
	 */
	private static List<Transaction> transactions(Path logs) throws IOException {
		List<Transaction> transactions = new ArrayList<>();
		for (Path log : files(logs)) {
			for (String line : Files.readAllLines(log)) {
				String[] words = line.split(" ");
				transactions.add(new Transaction(Instant.ofEpochSecond(Long.parseLong(words[4])),
						Double.parseDouble(words[2]) / 1e6));
			}
		}
		return transactions;
	}

	private static void delete(Path logs) throws IOException {
		for (Path log : files(logs)) {
			Files.delete(log);
		}
		Files.delete(logs);
	}

	private static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.toList();
		}
	}

	private void run(List<String> options, @Nullable Path folder) {
		List<String> command = new ArrayList<>(
				List.of(this.program.toString(), "-h", "localhost", "-p", String.valueOf(this.port), "-U", "postgres"));
		command.addAll(options);
		command.add("postgres");
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		if (folder != null) {
			builder.directory(folder.toFile());
		}
		try {
			Process process = builder.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException("pgbench has failed: " + output);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while pgbench ran", ex);
		}
	}

	/**
	 * A transaction.
	 *
	 * @param end the second in which it ended
	 * @param seconds what it took from the moment at which it was due
	 */
	record Transaction(Instant end, double seconds) {

	}

}
