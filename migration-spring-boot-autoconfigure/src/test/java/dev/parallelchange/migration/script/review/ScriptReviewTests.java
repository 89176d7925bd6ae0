package dev.parallelchange.migration.script.review;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.parallelchange.migration.ScriptFinding;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each rule has a file of scripts that break it and of scripts that do not.
 */
class ScriptReviewTests {

	private static final Path SCRIPTS = Path.of("src/test/resources/review");

	private static final Catalog CATALOG = new Catalog() {

		@Override
		public @Nullable String columnType(String table, @Nullable String column) {
			return switch (table + "." + column) {
				case "visits.pet" -> "character varying(20)";
				case "visits.fee" -> "numeric(8,2)";
				case "owners.id", "owners.null", "rooms.id" -> "bigint";
				default -> null;
			};
		}

		@Override
		public boolean hasTable(String table) {
			return table.equals("visits");
		}

		@Override
		public boolean hasIndex(String table, List<String> columns) {
			return table.equals("visits") && columns.equals(List.of("room_id"));
		}

	};

	static Stream<Example> breaking() {
		return examples().filter(Example::breaks);
	}

	static Stream<Example> fine() {
		return examples().filter((example) -> !example.breaks());
	}

	@ParameterizedTest
	@MethodSource("breaking")
	void aScriptThatBreaksARuleIsFound(Example example) {
		List<ScriptFinding> found = example.review(example.sql()).filter(example::isAbout).toList();
		assertThat(found).isNotEmpty().allSatisfy((finding) -> {
			assertThat(finding.reason()).isNotBlank();
			assertThat(finding.rewrite()).isNotBlank();
			assertThat(finding.mayRun()).isFalse();
		});
	}

	@ParameterizedTest
	@MethodSource("fine")
	void aScriptThatDoesNotIsNot(Example example) {
		assertThat(example.review(example.sql()).filter(example::isAbout)).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("breaking")
	void theRewriteDoesNotBreakTheRule(Example example) {
		List<ScriptFinding> found = example.review(example.sql()).filter(example::isAbout).toList();
		assertThat(found).allSatisfy((finding) -> {
			String rewrite = finding.rewrite().startsWith("-- in a contract script") ? "" : finding.rewrite();
			assertThat(example.review(rewrite)
				.filter((again) -> example.isAbout(again)
						&& !Set.of("primary-key-nullable", "set-not-null").contains(again.rule())))
				.isEmpty();
		});
	}

	@ParameterizedTest
	@MethodSource("breaking")
	void aReasonAllowsIt(Example example) {
		if (example.rule().equals("unreadable") || example.rule().equals("allow")) {
			return;
		}
		String allowed = "-- migration:allow %s: it is late at night".formatted(example.rule());
		ScriptFinding first = example.review(example.sql()).filter(example::isAbout).findFirst().orElseThrow();
		String sql = SqlScript.read("V1__first.sql", example.sql(), example.dialect())
			.statements()
			.stream()
			.map((statement) -> allowed + "\n" + statement.sql())
			.collect(Collectors.joining(";\n"));
		assertThat(example.review(sql).filter(example::isAbout)).isNotEmpty()
			.allSatisfy((finding) -> assertThat(finding.allowed()).isEqualTo("it is late at night"));
		assertThat(first.allowed()).isNull();
	}

	@Test
	void eachRuleHasExamples() throws IOException {
		Set<String> rules = Arrays.stream(ReviewRule.values()).map(ReviewRule::id).collect(Collectors.toSet());
		assertThat(examples().filter(Example::breaks).map(Example::rule)).containsAll(rules);
		assertThat(examples().filter((example) -> !example.breaks()).map(Example::rule)).containsAll(rules);
	}

	@Test
	void aFindingNamesTheStatementAndItsLine() {
		String sql = "-- a comment\n\ncreate table a (id int); /* ; */ select ';\n';\n  drop\n table   visits;";
		assertThat(review(sql)).singleElement().satisfies((finding) -> {
			assertThat(finding.rule()).isEqualTo("destructive");
			assertThat(finding.script()).isEqualTo("V1__first.sql");
			assertThat(finding.line()).isEqualTo(5);
			assertThat(finding.statement()).isEqualTo("drop table visits");
		});
	}

	@Test
	void anExceptionCountsForItsStatementAndItsRuleOnly() {
		String sql = """
				drop table /* migration:allow destructive: it is empty */ visits;
				drop table owners; -- migration:allow cascade: nothing refers to it
				drop table pets""";
		assertThat(review(sql)).filteredOn((finding) -> finding.rule().equals("destructive"))
			.extracting(ScriptFinding::allowed)
			.containsExactly("it is empty", null, null);
	}

	private static List<ScriptFinding> review(String sql) {
		return new ScriptReview(SqlDialect.POSTGRESQL, Catalog.EMPTY)
			.review(List.of(SqlScript.read("V1__first.sql", sql, SqlDialect.POSTGRESQL)), false);
	}

	private static Stream<Example> examples() {
		List<Example> examples = new ArrayList<>();
		for (SqlDialect dialect : SqlDialect.values()) {
			try (Stream<Path> files = Files.list(SCRIPTS.resolve(dialect.name().toLowerCase(Locale.ROOT)))) {
				for (Path file : files.sorted().toList()) {
					String rule = file.getFileName().toString().replace(".sql", "");
					Arrays.stream(Files.readString(file).split("-- ## "))
						.filter((part) -> !part.isBlank())
						.forEach((part) -> examples.add(Example.of(dialect, rule, part)));
				}
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return examples.stream();
	}

	record Example(SqlDialect dialect, String rule, String title, String sql) {

		static Example of(SqlDialect dialect, String rule, String part) {
			int end = part.indexOf('\n');
			return new Example(dialect, rule, part.substring(0, end), part.substring(end + 1));
		}

		boolean breaks() {
			return this.title.startsWith("breaks");
		}

		boolean isAbout(ScriptFinding finding) {
			return finding.rule().equals(this.rule) && (breaks() || !finding.mayRun());
		}

		Stream<ScriptFinding> review(String text) {
			String[] scripts = text.split(ReviewedScript.NEXT_SCRIPT);
			return new ScriptReview(this.dialect, CATALOG)
				.review(IntStream.range(0, scripts.length)
					.mapToObj((i) -> SqlScript.read("V%d__x.sql".formatted(i + 1), scripts[i], this.dialect))
					.toList(), this.title.endsWith("(contract)"))
				.stream();
		}

		@Override
		public String toString() {
			return this.rule + " " + this.title;
		}

	}

}
