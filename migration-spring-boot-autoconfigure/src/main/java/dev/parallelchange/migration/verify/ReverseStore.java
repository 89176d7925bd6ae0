package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.ReverseStatus;

/**
 * Tries the reverse of a plan on real rows, and keeps what came out.
 */
public interface ReverseStore {

	/**
	 * Return the latest result for the plan as it is now.
	 * @param plan the plan
	 * @return the result; empty if there is none
	 */
	Optional<ReverseStatus> latest(DerivedPlan plan);

	/**
	 * Return a result that is not older than a limit; where there is none, try the
	 * reverse, without writing a row of the plan.
	 * @param plan a plan with a way back
	 * @param maxAge the greatest age
	 * @return the result
	 */
	ReverseStatus current(DerivedPlan plan, Duration maxAge);

	/**
	 * Return whether an operator has approved that there is no way back.
	 * @param plan the plan
	 * @return {@code true} if {@code CUTOVER} has been approved
	 */
	boolean isGivenUp(DerivedPlan plan);

}
