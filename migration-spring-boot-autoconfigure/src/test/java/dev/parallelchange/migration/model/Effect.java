package dev.parallelchange.migration.model;

/**
 * What a business transaction does to the row. A change turns an even number of changes
 * into an odd one, so that each lost change can be seen, however many there are.
 */
enum Effect {

	/** No row was found, or an insert found one. */
	NOTHING,

	CHANGE,

	INSERT,

	DELETE;

	/** The values of a row. */
	static final String[] VALUES = { "absent", "even", "odd" };

	static final int ABSENT = 0;

	private static final int EVEN = 1;

	private static final int ODD = 2;

	boolean isPossible(int value) {
		return switch (this) {
			case NOTHING -> true;
			case INSERT -> value == ABSENT;
			case CHANGE, DELETE -> value != ABSENT;
		};
	}

	int on(int value) {
		return switch (this) {
			case NOTHING -> value;
			case INSERT -> EVEN;
			case DELETE -> ABSENT;
			case CHANGE -> (value == ABSENT) ? ABSENT : (value == EVEN) ? ODD : EVEN;
		};
	}

	static Effect of(int number) {
		return values()[number];
	}

}
