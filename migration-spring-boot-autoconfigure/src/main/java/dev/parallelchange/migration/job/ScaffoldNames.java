package dev.parallelchange.migration.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.lang.model.SourceVersion;

import dev.parallelchange.migration.MigrationTable;

import org.springframework.util.StringUtils;

/**
 * The names that are made of a table's.
 *
 * @param source the table's name as it was given
 * @param table the table
 */
record ScaffoldNames(String source, MigrationTable table) {

	private static final Pattern WORD = Pattern.compile("\\p{Lu}?[\\p{Ll}\\p{N}]+|\\p{Lu}+|\\p{L}+");

	private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

	private static final int LONGEST_ID = 90;

	String planId() {
		String words = String.join("-", words(this.table.name())).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "");
		String id = StringUtils.startsWithIgnoreCase(words, "-") || words.isEmpty()
				|| !Character.isLetter(words.charAt(0)) ? "table-" + words : words;
		return id.substring(0, Math.min(id.length(), LONGEST_ID)) + "-move";
	}

	String targetName() {
		return this.table.name() + "_new";
	}

	/**
	 * The target's name as properties take it: with a schema where the source has one.
	 */
	String target() {
		boolean qualified = this.source.replaceAll("\"[^\"]*\"", "").contains(".");
		return (qualified ? quoted(this.table.schema()) + "." : "") + quoted(targetName());
	}

	String targetSql() {
		return new MigrationTable(this.table.schema(), targetName(), this.table.key(), this.table.columns()).sql();
	}

	String type() {
		return javaName(StringUtils.capitalize(joined(this.table.name())));
	}

	static String member(String column) {
		return javaName(StringUtils.uncapitalize(joined(column)));
	}

	private static String joined(String name) {
		return words(name).stream()
			.map((word) -> StringUtils.capitalize(word.toLowerCase(Locale.ROOT)))
			.collect(Collectors.joining());
	}

	private static String javaName(String name) {
		boolean begins = !name.isEmpty() && Character.isJavaIdentifierStart(name.charAt(0));
		String valid = begins ? name : "_" + name;
		return SourceVersion.isName(valid) ? valid : valid + "Value";
	}

	private static List<String> words(String name) {
		List<String> words = new ArrayList<>();
		Matcher matcher = WORD.matcher(name);
		while (matcher.find()) {
			words.add(matcher.group());
		}
		return words;
	}

	private static String quoted(String name) {
		return PLAIN.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
	}

}
