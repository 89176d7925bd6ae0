package dev.parallelchange.migration;

/**
 * Where a plan stands on its way from the source to the target.
 *
 * <p>
 * The order of the constants is the order of the phases; a plan moves one step at a time,
 * in either direction.
 */
public enum MigrationPhase {

	/** The source is used alone. */
	OFF,

	/** The target is being created. */
	EXPAND,

	/** Writes to the source are mirrored to the target. */
	DUAL_WRITE,

	/** Existing rows are copied, then verified and repaired. */
	BACKFILL,

	/** A share of the reads goes to the target. */
	DUAL_READ,

	/** Reads and writes lead on the target, mirrored back to the source. */
	CUTOVER,

	/** The mirror has stopped and the source is being removed. */
	CONTRACT,

	/** The target is used alone. */
	COMPLETED;

	/**
	 * Return whether rows that are written on one side are mirrored to the other.
	 * @return {@code true} from {@link #DUAL_WRITE} to {@link #CUTOVER}
	 */
	public boolean isMirrored() {
		return isAtLeast(DUAL_WRITE) && !isAtLeast(CONTRACT);
	}

	/**
	 * Return the side on which writes lead.
	 * @return the target from {@link #CUTOVER} on, the source before
	 */
	public MigrationSide leadingSide() {
		return isAtLeast(CUTOVER) ? MigrationSide.TARGET : MigrationSide.SOURCE;
	}

	/**
	 * Return whether this phase is the other one or comes after it.
	 * @param other the phase to compare with
	 * @return {@code true} if this phase is not before the other one
	 */
	public boolean isAtLeast(MigrationPhase other) {
		return compareTo(other) >= 0;
	}

	/**
	 * Return the adjacent phase that lies one step closer to the given one.
	 * @param destination the phase to move toward
	 * @return the next phase, the previous one, or this phase when it has been reached
	 */
	public MigrationPhase stepToward(MigrationPhase destination) {
		return values()[ordinal() + Integer.signum(destination.compareTo(this))];
	}

}
