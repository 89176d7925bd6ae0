package dev.parallelchange.chaos.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import dev.parallelchange.chaos.load.Journal;

/**
 * What is known of the key of a violation.
 */
final class Evidence {

	private static final int LINES = 12;

	private static final int SHORTEST_VERSION = 7;

	private final Collection<Journal> journals;

	private final Path directory;

	Evidence(Collection<Journal> journals, Path directory) {
		this.journals = journals;
		this.directory = directory;
	}

	/**
	 * Return the part of a key's journal, and of the log lines that name the key, in
	 * which the violation is.
	 */
	List<String> of(Violation violation) {
		if (violation.plan().isEmpty() || violation.key() == 0) {
			return List.of();
		}
		List<String> lines = new ArrayList<>();
		List<String> entries = new ArrayList<>();
		this.journals.forEach((journal) -> journal.forEach((entry) -> {
			if (entry.change().plan().equals(violation.plan()) && entry.change().key() == violation.key()) {
				entries.add("journal %s %d %s".formatted(entry.at(), entry.number(), entry.change()));
			}
		}));
		Collections.sort(entries);
		lines.addAll(around(entries, violation));
		List<String> logged = new ArrayList<>();
		String name = "%s:%d:".formatted(violation.plan(), violation.key());
		for (Path file : Logs.files(this.directory)) {
			try (Stream<String> all = Files.lines(file)) {
				all.filter((line) -> line.contains(name)).forEach(logged::add);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		lines.addAll(around(logged.stream().sorted().toList(), violation));
		return lines;
	}

	/**
	 * The lines before and after the last one of a version that the violation names.
	 */
	private static List<String> around(List<String> lines, Violation violation) {
		int middle = lines.size() - 1;
		while (middle > 0 && !isNamed(lines.get(middle), violation)) {
			middle--;
		}
		return lines.subList(Math.max(0, middle - LINES), Math.min(lines.size(), middle + LINES / 2));
	}

	private static boolean isNamed(String line, Violation violation) {
		return Arrays.stream(line.split("[ =:,\\]]"))
			.anyMatch((word) -> word.length() > SHORTEST_VERSION && violation.text().contains(word));
	}

}
