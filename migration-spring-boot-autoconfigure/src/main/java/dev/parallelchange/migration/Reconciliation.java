package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * What an operator may ask the verifier for.
 */
public enum Reconciliation {

	/** Compare all rows. */
	VERIFY,

	/** Compare all rows and repair those that differ, except for conflicts. */
	REPAIR,

	/** Make the target's rows of all conflicts equal to the source's. */
	KEEP_SOURCE,

	/** Make the source's rows of all conflicts equal to the target's. */
	KEEP_TARGET;

	/**
	 * Return the side whose rows are kept.
	 * @return the side; {@code null} if conflicts are left alone
	 */
	public @Nullable MigrationSide kept() {
		return switch (this) {
			case KEEP_SOURCE -> MigrationSide.SOURCE;
			case KEEP_TARGET -> MigrationSide.TARGET;
			default -> null;
		};
	}

}
