package dev.parallelchange.migration.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param path where it is
 * @param text what it says
 */
public record Documentation(Path path, String text) {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	public static Documentation page(String name) {
		return read(ROOT.resolve(name));
	}

	/**
	 * The pages at the root and all below {@code docs}.
	 */
	public static List<Documentation> pages() {
		List<Documentation> pages = new ArrayList<>();
		Stream.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md").map(Documentation::page).forEach(pages::add);
		try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
			files.filter((file) -> file.toString().endsWith(".md"))
				.sorted()
				.map(Documentation::read)
				.forEach(pages::add);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return pages;
	}

	public static String source(String file) {
		return read(Path.of(file)).text();
	}

	private static Documentation read(Path path) {
		try {
			return new Documentation(path, Files.readString(path));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The code blocks of a language.
	 */
	public List<String> blocks(String language) {
		return found(Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$"));
	}

	/**
	 * The addresses of links to files of the project.
	 */
	List<String> links() {
		return found(Pattern.compile("\\]\\((?!https?:)([^)\\s]+)\\)"));
	}

	/**
	 * The anchors that its headings have.
	 */
	public List<String> anchors() {
		return found(Pattern.compile("(?m)^#+ (.+)$")).stream()
			.map((heading) -> heading.toLowerCase(java.util.Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.toList();
	}

	private List<String> found(Pattern pattern) {
		Matcher matcher = pattern.matcher(this.text);
		List<String> found = new ArrayList<>();
		while (matcher.find()) {
			found.add(matcher.group(1));
		}
		return found;
	}

	@Override
	public String toString() {
		return ROOT.relativize(this.path.toAbsolutePath().normalize()).toString();
	}

}
