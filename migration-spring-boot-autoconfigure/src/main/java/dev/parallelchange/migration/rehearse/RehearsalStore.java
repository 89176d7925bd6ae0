package dev.parallelchange.migration.rehearse;

import java.time.Duration;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalStatus;

/**
 * Keeps the latest rehearsal of each plan where all instances see it.
 */
public interface RehearsalStore {

	/**
	 * Claim the rehearsal of a plan for this instance.
	 * @param plan the plan
	 * @param lease how long the claim holds unless it is renewed
	 * @return {@code false} if somebody is at it
	 */
	boolean begin(DerivedPlan plan, Duration lease);

	/**
	 * Hold the claim for longer.
	 * @param plan the plan
	 * @param lease how long from now
	 */
	void renew(DerivedPlan plan, Duration lease);

	/**
	 * Keep what was found, and end the claim.
	 * @param plan the plan
	 * @param rehearsal what was found
	 */
	void keep(DerivedPlan plan, Rehearsal rehearsal);

	/**
	 * Keep why nothing was found, and end the claim.
	 * @param plan the plan
	 * @param error why, without values of rows
	 */
	void fail(DerivedPlan plan, String error);

	/**
	 * Return the latest rehearsal.
	 * @param plan the plan
	 * @return the rehearsal, with a report of the plan as it is now
	 */
	Optional<RehearsalStatus> latest(DerivedPlan plan);

}
