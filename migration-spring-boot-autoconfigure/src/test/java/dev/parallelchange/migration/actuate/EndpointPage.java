package dev.parallelchange.migration.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.parallelchange.migration.docs.Documentation;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page about the endpoint: its requests are sent, and what it says is answered has to
 * be what is answered. With {@code -Dendpoint.write=true} the answers are written.
 */
final class EndpointPage {

	private static final boolean WRITE = Boolean.getBoolean("endpoint.write");

	private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```\\n(curl [^`]+)```\\n\\n```json\\n([^`]*)```$");

	private static final Pattern PATH = Pattern.compile("/actuator/(\\S+)");

	private static final Pattern BODY = Pattern.compile("-d '(.+)'");

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	private EndpointPage() {
	}

	private static Documentation page() {
		return Documentation.page("docs/endpoint.md");
	}

	/**
	 * Send the requests of the examples, in their order.
	 * @param send sends a path and, if there is one, a body
	 */
	static void checkExamples(BiFunction<String, @Nullable String, Object> send) {
		List<MatchResult> examples = EXAMPLE.matcher(page().text()).results().toList();
		assertThat(examples).isNotEmpty();
		for (MatchResult example : examples) {
			Object answer = AnswerText
				.shortened(send.apply(found(PATH, example.group(1)), found(BODY, example.group(1))));
			if (WRITE) {
				replace("```\n%s```\n\n```json\n%s```".formatted(example.group(1), example.group(2)),
						"```\n%s```\n\n```json\n%s\n```".formatted(example.group(1), AnswerText.json(answer)));
			}
			else {
				assertThat(AnswerText.comparable(answer)).as(difference(example.group(1)))
					.containsExactlyInAnyOrderEntriesOf(
							AnswerText.comparable(JsonParserFactory.getJsonParser().parseMap(example.group(2))));
			}
		}
	}

	/**
	 * Send the requests in the first column of a table; the other columns are the answer.
	 * A row that says "while" is not only a request, and is looked at as a whole.
	 * @param heading the table's first line
	 * @param select which rows are meant, by their first column
	 * @param send sends one of the requests, and makes columns of its answer
	 */
	static void checkTable(String heading, Predicate<String> select, Function<String, List<String>> send) {
		List<List<String>> rows = rows(heading).stream().filter((row) -> select.test(row.get(0))).toList();
		assertThat(rows).isNotEmpty();
		for (List<String> row : rows) {
			List<String> requests = isCase(row.get(0)) ? List.of(row.get(0)) : code(row.get(0));
			if (WRITE) {
				List<String> answer = send.apply(requests.get(0));
				replace(line(row), line(Stream.concat(Stream.of(row.get(0)), answer.stream()).toList()));
			}
			else {
				requests.forEach((request) -> assertThat(send.apply(request).stream().map(AnswerText::comparable))
					.as(difference(request))
					.containsExactlyElementsOf(row.stream().skip(1).map(AnswerText::comparable).toList()));
			}
		}
	}

	private static String line(List<String> columns) {
		return "| " + String.join(" | ", columns) + " |";
	}

	private static @Nullable String found(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		return matcher.find() ? matcher.group(1) : null;
	}

	static boolean isCase(String row) {
		return row.contains(" while ");
	}

	/**
	 * The rows of the table that has this heading.
	 */
	static List<List<String>> rows(String heading) {
		List<List<String>> rows = new ArrayList<>();
		String text = page().text();
		int start = text.indexOf(heading + "\n|---");
		assertThat(start).as("table '%s' of docs/endpoint.md", heading).isNotNegative();
		text.substring(start).lines().skip(2).takeWhile((line) -> line.startsWith("|")).forEach((line) -> {
			String[] columns = line.substring(1, line.lastIndexOf('|')).split("\\|", -1);
			rows.add(Stream.of(columns).map(String::strip).toList());
		});
		return rows;
	}

	static List<String> code(String text) {
		return CODE.matcher(text).results().map((found) -> found.group(1)).toList();
	}

	private static String difference(String request) {
		return "docs/endpoint.md, answer to %s (to write what is answered now: see CONTRIBUTING.md)"
			.formatted(request.strip());
	}

	private static void replace(String old, String now) {
		Documentation page = page();
		assertThat(page.text()).contains(old);
		try {
			Files.writeString(page.path(), page.text().replace(old, now));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
