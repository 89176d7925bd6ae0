package dev.parallelchange.migration.jdbc;

import dev.parallelchange.migration.DerivedPlan;

import org.springframework.util.Assert;

/**
 * Keeps rows that were derived by another definition out of the tables, whatever an
 * instance that was asleep believes.
 */
public class AcceptedDefinition {

	/**
	 * The condition that a plan as derived has the accepted definition, if there is one.
	 */
	public static final String FITS = "coalesce(plan.fingerprint, :fingerprint) = :fingerprint";

	private static final String HOLD = "select %s from %%PREFIX%%plan as plan where plan.id = :plan for share"
		.formatted(FITS);

	private final MigrationDatabase database;

	public AcceptedDefinition(MigrationDatabase database) {
		this.database = database;
	}

	/**
	 * Check the definition by which the thread's transaction has written, and let none be
	 * accepted before it has ended. The lock is for the last statement: so it lasts as
	 * long as the commit.
	 * @throws IllegalStateException if another definition has been accepted
	 */
	public void hold(DerivedPlan plan) {
		boolean fits = this.database.sql(HOLD)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.query(Boolean.class)
			.optional()
			.orElse(true);
		Assert.state(fits, () -> "Another definition of plan '%s' has been accepted".formatted(plan.id()));
	}

}
