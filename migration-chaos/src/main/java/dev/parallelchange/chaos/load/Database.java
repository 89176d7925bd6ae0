package dev.parallelchange.chaos.load;

import java.util.Locale;

/**
 * The databases, each on a server of its own.
 */
public enum Database {

	/** All sources, and the targets that are in the same database. */
	MAIN,

	/** The target that is in another database. */
	OTHER;

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
