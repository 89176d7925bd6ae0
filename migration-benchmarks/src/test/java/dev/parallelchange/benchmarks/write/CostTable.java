package dev.parallelchange.benchmarks.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table of costs in the documentation; each line is of one call in the phases of one
 * mirror.
 */
final class CostTable {

	private static final Path PAGE = Path.of("..", "docs", "performance.md");

	private static final Pattern SECTION = Pattern.compile("(?<=<!-- begin costs -->\n).*(?=<!-- end costs -->)",
			Pattern.DOTALL);

	private static final String HEAD = """
			| mirror | phase | call | statements | round trips | rows locked | WAL bytes |
			|---|---|---|---|---|---|---|
			""";

	private static final Pattern LINE = Pattern
		.compile("\\| (.*) \\| (.*) \\| (.*) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\|");

	private CostTable() {
	}

	/**
	 * Return what the page says.
	 */
	static Map<List<String>, Cost> read() {
		Map<List<String>, Cost> costs = new LinkedHashMap<>();
		Matcher line = LINE.matcher(section(page()).group());
		while (line.find()) {
			costs.put(List.of(line.group(1), line.group(2), line.group(3)),
					new Cost(number(line, 4), number(line, 5), number(line, 6), number(line, 7)));
		}
		return costs;
	}

	static void write(Map<List<String>, Cost> costs) {
		String lines = costs.entrySet()
			.stream()
			.map((line) -> "| %s | %d | %d | %d | %d |%n".formatted(String.join(" | ", line.getKey()),
					line.getValue().statements(), line.getValue().roundTrips(), line.getValue().rowLocks(),
					line.getValue().logBytes()))
			.collect(Collectors.joining());
		String page = page();
		Matcher section = section(page);
		try {
			Files.writeString(PAGE, page.substring(0, section.start()) + HEAD + lines + page.substring(section.end()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Matcher section(String page) {
		Matcher section = SECTION.matcher(page);
		if (!section.find()) {
			throw new IllegalStateException("%s has no place for the costs".formatted(PAGE));
		}
		return section;
	}

	private static String page() {
		try {
			return Files.readString(PAGE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long number(Matcher line, int group) {
		return Long.parseLong(line.group(group));
	}

}
