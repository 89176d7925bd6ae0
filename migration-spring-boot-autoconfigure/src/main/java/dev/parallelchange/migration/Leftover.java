package dev.parallelchange.migration;

/**
 * Something of a completed plan that is still there.
 *
 * @param kind what kind of thing it is
 * @param what the thing
 * @param remedy the statement, property or class that removes it
 */
public record Leftover(Kind kind, String what, String remedy) {

	/**
	 * The kinds of leftovers.
	 */
	public enum Kind {

		/** A table or column of the source. */
		SOURCE,

		/** A trigger function of the library. */
		FUNCTION,

		/** A flag that still says something. */
		FLAG,

		/** A repository behind a proxy. */
		REPOSITORY,

		/** A property of a live instance. */
		PROPERTY,

		/** Rows in the library's own tables. */
		ROWS

	}

}
