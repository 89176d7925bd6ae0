package dev.parallelchange.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a rehearsal has found.
 *
 * @param severity whether rows would be lost to the plan, or somebody should look
 * @param kind the kind
 * @param subject what it is about, such as a column, a constraint or a query
 * @param count how many rows of those rehearsed it concerns; 0 if it is not about rows
 * @param atLeast whether more rows may be concerned, since not all have been tried
 * @param problem what is wrong, without values of rows
 * @param remedy what to do: the property or the statement to paste
 * @param samples some of the rows; empty if row values are hidden
 */
public record RehearsalFinding(Severity severity, Kind kind, String subject, long count, boolean atLeast,
		String problem, String remedy, List<Sample> samples) {

	public RehearsalFinding {
		samples = List.copyOf(samples);
	}

	/**
	 * Create a finding that is not about rows.
	 * @param severity whether it blocks
	 * @param kind the kind
	 * @param subject what it is about
	 * @param problem what is wrong
	 * @param remedy what to do
	 */
	public RehearsalFinding(Severity severity, Kind kind, String subject, String problem, String remedy) {
		this(severity, kind, subject, 0, false, problem, remedy, List.of());
	}

	/**
	 * Return whether the plan should not go on like this.
	 * @return {@code false} for a warning
	 */
	public boolean blocks() {
		return this.severity == Severity.BLOCKING;
	}

	/** How bad a finding is. */
	public enum Severity {

		/** The target would refuse rows, or rows would not come back. */
		BLOCKING,

		/** Somebody should look at it. */
		WARNING

	}

	/** What a finding is about. */
	public enum Kind {

		/** A column needs a value and gets none. */
		NOT_NULL,

		/** A check constraint, of the table or of a domain. */
		CHECK,

		/** Values that would be there twice. */
		UNIQUE,

		/** Values that an exclusion constraint keeps apart. */
		EXCLUSION,

		/** A parent that is not there. */
		FOREIGN_KEY,

		/** A value that its column does not take: too long, too large, no such label. */
		VALUE,

		/** A value that is stored as another one: rounded, cut off, spelled otherwise. */
		LOSS,

		/** A row that the way back would not restore. */
		REVERSE,

		/** An index that is not there. */
		INDEX,

		/** A read query that goes through a large table. */
		READ_QUERY,

		/** Tables that refer to each other in a circle, or in the wrong order. */
		ORDER

	}

	/**
	 * A row that a finding concerns.
	 *
	 * @param key its key as JSON; several, where rows collide
	 * @param value what is wrong with it; {@code null} if the key says all
	 */
	public record Sample(String key, @Nullable String value) {

	}

}
