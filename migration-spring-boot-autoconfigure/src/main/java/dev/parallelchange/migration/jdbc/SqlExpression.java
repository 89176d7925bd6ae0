package dev.parallelchange.migration.jdbc;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.InvalidPlanException;

/**
 * An expression of a plan, as far as it must be understood without the database.
 *
 * @param text the SQL
 */
public record SqlExpression(String text) {

	private static final String IDENTIFIER = "(\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*)";

	private static final Pattern NAME = Pattern.compile(IDENTIFIER);

	private static final Pattern SOURCE_COLUMN = Pattern.compile("(?i)(?<![.\\w\"$])source\\s*\\.\\s*" + IDENTIFIER,
			Pattern.UNICODE_CHARACTER_CLASS);

	static final Pattern TEXT_OR_QUOTED = Pattern
		.compile("(?<!\\w)[eE]'(?:[^'\\\\]|\\\\.|'')*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", Pattern.DOTALL);

	private static final Pattern WHOLE_ROW = Pattern
		.compile("(?i)(?<![.\\w$])(?:source|target)(?:\\s*\\.\\s*\\*|(?![\\w$])(?!\\s*\\.))");

	private static final Pattern QUESTION_MARK = Pattern.compile("\\?");

	private static final Pattern COLON = Pattern.compile("(?<!:):(?!:)");

	private static final Pattern UNSAFE = Pattern.compile(";|--|/\\*|\\$\\w*\\$|\\$\\d");

	/**
	 * The columns of the source row that the expression reads.
	 */
	public Set<String> sourceColumns() {
		Set<String> columns = new LinkedHashSet<>();
		String withoutTexts = TEXT_OR_QUOTED.matcher(this.text)
			.replaceAll((match) -> match.group().startsWith("\"") ? Matcher.quoteReplacement(match.group()) : "''");
		SOURCE_COLUMN.matcher(withoutTexts).results().forEach((match) -> columns.add(unquote(match.group(1))));
		return columns;
	}

	/**
	 * The column of the source row that the expression consists of.
	 */
	public Optional<String> plainColumn() {
		Matcher matcher = SOURCE_COLUMN.matcher(this.text.strip());
		return matcher.matches() ? Optional.of(unquote(matcher.group(1))) : Optional.empty();
	}

	public boolean isBareWord() {
		return NAME.matcher(this.text.strip()).matches();
	}

	/**
	 * Refuse what does not mean the same in a statement with parameters, in one without,
	 * and in a trigger.
	 */
	public void check(String planId, String property) {
		String bare = TEXT_OR_QUOTED.matcher(this.text)
			.replaceAll((match) -> match.group().startsWith("\"") ? "quoted_name" : "''");
		refuse(planId, property, bare, QUESTION_MARK, "uses the operator '%s', which JDBC takes for a parameter",
				"Write jsonb_exists(a, b) for a ? b, jsonb_exists_any for ?|, jsonb_exists_all for ?&");
		refuse(planId, property, bare, COLON, "has a '%s', which Spring takes for a parameter",
				"Write '::' or cast(… as …) for casts, and functions instead of array slices");
		refuse(planId, property, bare, UNSAFE, "contains '%s'",
				"Leave out semicolons, comments and parameters, and quote texts with single quotes");
		refuse(planId, property, bare, WHOLE_ROW, "uses the whole row '%s'",
				"Name the columns that it reads, such as source.id");
	}

	private void refuse(String planId, String property, String bare, Pattern pattern, String problem, String fix) {
		Matcher matcher = pattern.matcher(bare);
		if (matcher.find()) {
			throw new InvalidPlanException(planId, property,
					"'%s' %s".formatted(this.text, problem.formatted(matcher.group())), fix);
		}
	}

	/**
	 * The name that an identifier stands for; like PostgreSQL, only ASCII letters are
	 * folded.
	 */
	public static String unquote(String identifier) {
		if (identifier.length() > 1 && identifier.startsWith("\"") && identifier.endsWith("\"")) {
			return identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"");
		}
		StringBuilder folded = new StringBuilder(identifier);
		for (int i = 0; i < folded.length(); i++) {
			char character = folded.charAt(i);
			if (character >= 'A' && character <= 'Z') {
				folded.setCharAt(i, (char) (character + ('a' - 'A')));
			}
		}
		return folded.toString();
	}

}
