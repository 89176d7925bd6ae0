package dev.parallelchange.migration.script;

import java.util.List;

/**
 * One thing that the target refuses in the end.
 *
 * @param kind what it is
 * @param name the constraint's or the index's name, unquoted
 * @param column the column that needs a value; empty for the other kinds
 * @param statements what adds it, in order; each is run on its own, and none holds a
 * strong lock for longer than a moment
 * @param violations a query for the rows that violate it
 * @param undo the statement that takes it away
 */
public record FinishTouch(Kind kind, String name, String column, List<String> statements, String violations,
		String undo) {

	public FinishTouch {
		statements = List.copyOf(statements);
	}

	/**
	 * Return what it is called for people.
	 * @return the kind and the name
	 */
	public String title() {
		return switch (this.kind) {
			case NOT_NULL -> "not-null " + this.column;
			case CHECK -> "check " + this.name;
			case FOREIGN_KEY -> "foreign key " + this.name;
			case UNIQUE -> "unique " + this.name;
		};
	}

	/** What a target can refuse. */
	public enum Kind {

		/** A missing value. */
		NOT_NULL,

		/** Rows that do not meet a condition. */
		CHECK,

		/** Rows that refer to nothing. */
		FOREIGN_KEY,

		/** Equal rows. */
		UNIQUE

	}

}
