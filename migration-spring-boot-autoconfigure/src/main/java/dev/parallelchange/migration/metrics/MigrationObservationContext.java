package dev.parallelchange.migration.metrics;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.ObservedWork;
import io.micrometer.observation.Observation;

/**
 * What is known of a piece of work that is observed.
 */
public class MigrationObservationContext extends Observation.Context {

	private final ObservedWork work;

	private final String planId;

	private final MigrationPhase phase;

	private String outcome = "none";

	/**
	 * Create the context.
	 * @param work what is done
	 * @param planId the plan's id
	 * @param phase the phase that the plan is in, as far as this instance knows
	 */
	public MigrationObservationContext(ObservedWork work, String planId, MigrationPhase phase) {
		this.work = work;
		this.planId = planId;
		this.phase = phase;
	}

	/**
	 * Return what is done.
	 * @return the work
	 */
	public ObservedWork getWork() {
		return this.work;
	}

	/**
	 * Return the plan's id.
	 * @return the id
	 */
	public String getPlanId() {
		return this.planId;
	}

	/**
	 * Return the phase that the plan was in when the work began.
	 * @return the phase
	 */
	public MigrationPhase getPhase() {
		return this.phase;
	}

	/**
	 * Return how the work has ended.
	 * @return one of few words; {@code none} while it has not ended
	 */
	public String getOutcome() {
		return this.outcome;
	}

	void setOutcome(String outcome) {
		this.outcome = outcome;
	}

}
