package dev.parallelchange.migration;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells whether a column of one type takes all values of another and means the same by
 * them.
 */
final class ColumnWidening {

	private static final String NOT_NULL = " not null";

	private static final Pattern SIZED = Pattern.compile("(character varying|numeric)\\((\\d+)(?:,(-?\\d+))?\\)");

	private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");

	private ColumnWidening() {
	}

	static boolean isWider(String before, String after) {
		if (after.endsWith(NOT_NULL) && !before.endsWith(NOT_NULL)) {
			return false;
		}
		return isWiderType(before.replace(NOT_NULL, ""), after.replace(NOT_NULL, ""));
	}

	private static boolean isWiderType(String before, String after) {
		if (before.equals(after)) {
			return true;
		}
		if (INTEGERS.contains(before)) {
			return INTEGERS.indexOf(after) > INTEGERS.indexOf(before);
		}
		Matcher old = SIZED.matcher(before);
		if (before.startsWith("character varying") && (after.equals("text") || after.equals("character varying"))) {
			return !before.endsWith("[]");
		}
		Matcher now = SIZED.matcher(after);
		return old.matches() && now.matches() && old.group(1).equals(now.group(1))
				&& String.valueOf(old.group(3)).equals(String.valueOf(now.group(3)))
				&& Integer.parseInt(now.group(2)) >= Integer.parseInt(old.group(2));
	}

}
