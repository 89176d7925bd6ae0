package dev.parallelchange.migration.job;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command with its arguments.
 *
 * @param verb the command
 * @param arguments its arguments; double quotes, as names of tables have, are left in
 */
record JobLine(Verb verb, List<String> arguments) {

	private static final Pattern WORD = Pattern.compile("(?:\"[^\"]*\"|[^\\s\"])+");

	static JobLine parse(String line) {
		List<String> words = new ArrayList<>();
		Matcher matcher = WORD.matcher(line);
		while (matcher.find()) {
			words.add(matcher.group());
		}
		if (words.isEmpty()) {
			throw new UsageException("There is no command");
		}
		Verb verb = Verb.named(words.get(0));
		List<String> arguments = List.copyOf(words.subList(1, words.size()));
		verb.check(arguments);
		return new JobLine(verb, arguments);
	}

	String argument(int index) {
		return this.arguments.get(index);
	}

	String argument(int index, String otherwise) {
		return (index < this.arguments.size()) ? this.arguments.get(index) : otherwise;
	}

}
