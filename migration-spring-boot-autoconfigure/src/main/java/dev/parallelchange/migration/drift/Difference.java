package dev.parallelchange.migration.drift;

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

	/**
	 * Whether it lets two rows have the same key.
	 */
	boolean losesTheKey() {
		return this.is == null && this.what.endsWith(" key");
	}

	/**
	 * Whether a side refuses rows that it took before.
	 */
	boolean refusesRowsOf(String side) {
		if (this.is == null || !this.what.startsWith(side + " ")) {
			return false;
		}
		String kind = this.what.substring(side.length() + 1);
		if (kind.startsWith("column ")) {
			boolean needed = this.is.contains(NOT_NULL) && (this.was == null || !this.was.contains(NOT_NULL));
			return needed && (this.was != null || !this.is.contains(" default "));
		}
		return kind.startsWith("constraint ") || this.is.startsWith("CREATE UNIQUE ");
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
