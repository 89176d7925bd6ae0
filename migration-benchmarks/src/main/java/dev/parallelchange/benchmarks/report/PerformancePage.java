package dev.parallelchange.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.benchmarks.measure.Finding;

/**
 * The page with a section for each benchmark, between markers.
 */
public final class PerformancePage {

	private final Path page;

	private final Path plots;

	/**
	 * Create the page.
	 * @param docs the folder of the documentation
	 */
	public PerformancePage(Path docs) {
		this.page = docs.resolve("performance.md");
		this.plots = docs.resolve("performance");
	}

	/**
	 * Replace the section of a benchmark, and its plot.
	 * @param name the benchmark's name
	 * @param circumstances when, where and with what it was measured
	 * @param findings what was found
	 */
	public void write(String name, String circumstances, List<Finding> findings) {
		try {
			String text = Files.readString(this.page);
			String begin = "<!-- begin %s -->".formatted(name);
			String end = "<!-- end %s -->".formatted(name);
			int from = text.indexOf(begin);
			int to = text.indexOf(end);
			if (from < 0 || to < from) {
				throw new IllegalStateException("'%s' has no lines '%s' and '%s' between which results could stand"
					.formatted(this.page.getFileName(), begin, end));
			}
			String section = "%s%n%s%n%n%s%n![%s](performance/%s.svg)%n%n".formatted(begin, circumstances,
					table(findings), name, name);
			Files.writeString(this.page, text.substring(0, from) + section + text.substring(to));
			Files.createDirectories(this.plots);
			Files.writeString(this.plots.resolve(name + ".svg"), new Plot(findings).svg());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return findings as a table.
	 * @param findings the findings
	 * @return Markdown
	 */
	public static String table(List<Finding> findings) {
		return findings.stream()
			.map(PerformancePage::line)
			.collect(Collectors.joining("",
					"| what | against | measured | goal | behind it |%n|---|---|---|---|---|%n".formatted(), ""));
	}

	private static String line(Finding finding) {
		String mark = finding.isMet() ? "" : " **missed**";
		return "| %s | %s | %s%s | %s%s | %s |%n".formatted(finding.what(), finding.against(),
				Finding.format(finding.value()), finding.unit().isEmpty() ? "" : " " + finding.unit(), finding.goal(),
				mark, finding.detail());
	}

}
