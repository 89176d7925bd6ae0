package dev.parallelchange.migration.jdbc;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;

/**
 * Which rows a plan deletes.
 *
 * <p>
 * What means the present moment in it is replaced by the moment at which the purge began:
 * all chunks, on all instances and after each crash, delete what one statement would have
 * deleted then.
 *
 * @param text the SQL as stated
 */
public record PurgeCondition(String text) {

	/** What a moment looks like, whatever the settings of the session are. */
	public static final String MOMENT_FORMAT = "YYYY-MM-DD HH24:MI:SS.US+00";

	/** A moment to check a condition with. */
	public static final String ANY_MOMENT = "2000-01-01 00:00:00.000000+00";

	private static final Pattern MOMENT = Pattern.compile(
			"(" + SqlExpression.TEXT_OR_QUOTED.pattern()
					+ ")|(?<![.\\w$])(?i:now\\s*\\(\\s*\\)|current_timestamp|current_date|localtimestamp)(?![\\w$])",
			Pattern.DOTALL);

	private static final Pattern PARSED_MOMENT = Pattern.compile("(?i)'\\s*(now|today|tomorrow|yesterday)\\s*'");

	public static PurgeCondition of(DerivedPlan plan) {
		return of(plan.plan());
	}

	public static PurgeCondition of(MigrationPlan plan) {
		return new PurgeCondition(String.valueOf(plan.filter()));
	}

	/**
	 * Return the condition with the moment that it is about.
	 * @param moment a time as {@link #MOMENT_FORMAT} writes it
	 * @return SQL in parentheses
	 */
	public String at(String moment) {
		return "("
				+ MOMENT.matcher(this.text)
					.replaceAll((match) -> Matcher
						.quoteReplacement((match.group(1) != null) ? match.group() : value(match.group(), moment)))
				+ ")";
	}

	/**
	 * Return the condition as it would be, did the purge begin with the transaction that
	 * evaluates it.
	 * @return SQL in parentheses
	 */
	public String asOfNow() {
		return "(" + this.text + ")";
	}

	private static String value(String function, String moment) {
		String value = "cast('" + moment + "' as timestamptz)";
		return switch (Character.toLowerCase(function.charAt(0))) {
			case 'l' -> "cast(" + value + " as timestamp)";
			case 'c' -> function.equalsIgnoreCase("current_date") ? "cast(" + value + " as date)" : value;
			default -> value;
		};
	}

	/**
	 * Refuse what would reach beyond its own parentheses, and with them beyond the rows
	 * of a chunk, and what no parser tells from the moment at which it is parsed.
	 */
	public void check(String planId) {
		new SqlExpression(this.text).check(planId, "purge");
		Matcher parsed = PARSED_MOMENT.matcher(this.text);
		if (parsed.find()) {
			throw new InvalidPlanException(planId, "purge",
					"%s in '%s' may mean the moment at which a statement runs".formatted(parsed.group(), this.text),
					"Write now(), which means the moment at which the purge begins; for a text write lower('%s')"
						.formatted(parsed.group(1).toUpperCase(Locale.ROOT)));
		}
		String bare = SqlExpression.TEXT_OR_QUOTED.matcher(this.text).replaceAll("''");
		int depth = 0;
		for (char character : bare.toCharArray()) {
			depth += (character == '(') ? 1 : (character == ')') ? -1 : 0;
			if (depth < 0) {
				throw new InvalidPlanException(planId, "purge",
						"'%s' closes a parenthesis that it has not opened".formatted(this.text),
						"Correct the parentheses");
			}
		}
	}

}
