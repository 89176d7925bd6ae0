package dev.parallelchange.migration;

/**
 * One of the two sides of a plan.
 */
public enum MigrationSide {

	/** The side that the data comes from. */
	SOURCE,

	/** The side that the data goes to. */
	TARGET;

	/**
	 * Return the opposite side.
	 * @return the target for the source, the source for the target
	 */
	public MigrationSide other() {
		return (this == SOURCE) ? TARGET : SOURCE;
	}

}
