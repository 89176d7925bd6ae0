package dev.parallelchange.migration;

import java.util.regex.Pattern;

/**
 * Takes the values of rows out of what a database says about a failure.
 */
public final class DatabaseMessage {

	private static final Pattern DETAIL = Pattern.compile("\\s*Detail: .*");

	/** Such as {@code invalid input syntax for type boolean: "yes please"}. */
	private static final Pattern REFUSED_VALUE = Pattern.compile("((?:invalid|malformed|out of range)[^:\"\\n]*: \").*",
			Pattern.CASE_INSENSITIVE);

	/** Such as {@code value "99999999999" is out of range for type integer}. */
	private static final Pattern LARGE_VALUE = Pattern.compile("value \".*\" is out of range");

	private DatabaseMessage() {
	}

	/**
	 * Return the first line of a message without the values that it quotes.
	 * @param message the message, as a driver gives it
	 * @return what may be logged and shown
	 */
	public static String withoutValues(String message) {
		String line = message.lines().findFirst().orElse("");
		line = DETAIL.matcher(line).replaceFirst("");
		line = LARGE_VALUE.matcher(line).replaceFirst("value \"…\" is out of range");
		return REFUSED_VALUE.matcher(line).replaceFirst("$1…\"");
	}

}
