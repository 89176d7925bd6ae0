package dev.parallelchange.chaos.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.parallelchange.chaos.load.LogEvent;
import org.jspecify.annotations.Nullable;

/**
 * What all processes have logged.
 */
final class Logs {

	private final Map<String, Transaction> transactions = new HashMap<>();

	private final List<LoggedRead> reads = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	private final Map<String, Integer> retryable = new TreeMap<>();

	private final Map<LogEvent, Long> counts = new TreeMap<>();

	private long freshReads;

	/**
	 * Read all logs of a folder.
	 */
	static Logs read(Path directory) {
		Logs logs = new Logs();
		for (Path file : files(directory)) {
			try (Stream<String> lines = Files.lines(file)) {
				lines.map((line) -> line.split("\t", 4)).filter((parts) -> parts.length == 4).forEach(logs::add);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return logs;
	}

	static List<Path> files(Path directory) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((file) -> file.toString().endsWith(".tx")).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void add(String[] line) {
		LogEvent event = LogEvent.valueOf(line[1]);
		this.counts.merge(event, 1L, Long::sum);
		switch (event) {
			case INTENT -> this.transactions.computeIfAbsent(line[2], (name) -> new Transaction()).intended = Set
				.copyOf(List.of(line[3].split(" ")));
			case COMMITTED, ROLLED_BACK, UNKNOWN ->
				this.transactions.computeIfAbsent(line[2], (name) -> new Transaction()).outcome = event;
			case READ -> this.reads.add(LoggedRead.of(Instant.parse(line[0]), line[2], line[3]));
			case READS -> this.freshReads += Long.parseLong(line[3]);
			case RETRYABLE -> this.retryable.merge(line[3].split(":", 2)[0], 1, Integer::sum);
			case FAILURE -> this.failures.add(line[2] + ": " + line[3]);
		}
	}

	Map<String, Transaction> transactions() {
		return this.transactions;
	}

	List<LoggedRead> reads() {
		return this.reads;
	}

	List<String> failures() {
		return this.failures;
	}

	Map<String, Integer> retryable() {
		return this.retryable;
	}

	long freshReads() {
		return this.freshReads;
	}

	long count(LogEvent event) {
		return this.counts.getOrDefault(event, 0L);
	}

	/**
	 * Transactions whose process was killed before it knew.
	 */
	long undecided() {
		return this.transactions.values().stream().filter((transaction) -> transaction.outcome == null).count();
	}

	/** What a process knew of a transaction. */
	static final class Transaction {

		Set<String> intended = Set.of();

		@Nullable LogEvent outcome;

		final Set<String> journaled = new HashSet<>();

		@Nullable String violation() {
			if (!this.journaled.isEmpty() && !this.journaled.equals(this.intended)) {
				return "committed " + this.journaled + ", but intended " + this.intended;
			}
			if (this.outcome == LogEvent.COMMITTED && this.journaled.isEmpty()) {
				return "was acknowledged, but is not in the journal: " + this.intended;
			}
			if (this.outcome == LogEvent.ROLLED_BACK && !this.journaled.isEmpty()) {
				return "was rolled back, but is in the journal: " + this.journaled;
			}
			return null;
		}

	}

}
