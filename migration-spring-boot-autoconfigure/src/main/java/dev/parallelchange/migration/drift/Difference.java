package dev.parallelchange.migration.drift;

import java.util.regex.Pattern;

import dev.parallelchange.migration.FinishSettings;
import org.jspecify.annotations.Nullable;

/**
 * One thing about a plan's tables that is not as it was.
 *
 * @param what the side, the kind and the name, such as {@code target column theme}
 * @param was what it was; {@code null} if it is new
 * @param is what it is; {@code null} if it is gone
 */
record Difference(String what, @Nullable String was, @Nullable String is) {

	private static final String NOT_NULL = " not null";

	private static final Pattern BEFORE_ROW = Pattern
		.compile("CREATE TRIGGER (?:\"(?:[^\"]|\"\")*\"|[^\"\\s]+) BEFORE .* FOR EACH ROW .*", Pattern.DOTALL);

	/**
	 * Whether it lets two rows have the same key.
	 */
	boolean losesTheKey() {
		return this.is == null && part().equals("key");
	}

	/**
	 * Whether it may keep rows from being read, so that nobody can tell whether they are
	 * equal.
	 */
	boolean hidesRows() {
		return part().equals("row security") || part().startsWith("policy ");
	}

	/**
	 * Whether rows come or go without being written.
	 */
	boolean movesRows() {
		return part().startsWith("partition ");
	}

	/**
	 * Whether a side takes rows otherwise than before: it refuses them, or something
	 * changes, redirects or drops them.
	 */
	boolean concernsRowsOf(String side) {
		return refusesRowsOf(side) || changesRowsOf(side);
	}

	/**
	 * A trigger after the row, or of a whole statement, finds the row as it was written.
	 */
	private boolean changesRowsOf(String side) {
		if (this.is == null || !this.what.startsWith(side + " ") || this.is.endsWith(" (disabled)")) {
			return false;
		}
		return part().startsWith("rule ") || part().startsWith("trigger ") && BEFORE_ROW.matcher(this.is).matches();
	}

	/**
	 * The kind and the name.
	 */
	private String part() {
		return this.what.substring(this.what.indexOf(' ') + 1);
	}

	private boolean refusesRowsOf(String side) {
		if (this.is == null || !this.what.startsWith(side + " ")) {
			return false;
		}
		if (part().startsWith("column ")) {
			boolean needed = this.is.contains(NOT_NULL) && (this.was == null || !this.was.contains(NOT_NULL));
			return needed && (this.was != null || !this.is.contains(" default "));
		}
		return part().startsWith("constraint ") || this.is.startsWith("CREATE UNIQUE ");
	}

	/**
	 * Whether it is what the plan itself adds in the end.
	 */
	boolean isOf(FinishSettings finish) {
		String[] words = this.what.split(" ", 3);
		if (words.length < 3 || words[0].equals("source")) {
			return false;
		}
		return switch (words[1]) {
			case "constraint" -> finish.checks().containsKey(words[2]) || finish.foreignKeys().containsKey(words[2])
					|| finish.notNull()
						.stream()
						.anyMatch((column) -> words[2].endsWith("_not_null")
								&& String.valueOf(this.is).contains("(" + column + " IS NOT NULL)"));
			case "index" -> finish.unique().containsKey(words[2]);
			default -> finish.notNull().contains(words[2]) && this.was != null && this.is != null
					&& this.is.replace(NOT_NULL, "").equals(this.was);
		};
	}

	@Override
	public String toString() {
		if (this.was == null) {
			return "+ %s: %s".formatted(this.what, this.is);
		}
		return (this.is == null) ? "- %s: %s".formatted(this.what, this.was)
				: "~ %s: %s → %s".formatted(this.what, this.was, this.is);
	}

}
