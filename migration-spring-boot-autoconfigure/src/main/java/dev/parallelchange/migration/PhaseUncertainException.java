package dev.parallelchange.migration;

import org.springframework.dao.TransientDataAccessException;

/**
 * Thrown when a read or write must not go on because this instance cannot be certain
 * which side leads; the business transaction can be tried again.
 */
public class PhaseUncertainException extends TransientDataAccessException {

	private static final long serialVersionUID = 1L;

	private final String planId;

	/**
	 * Create the exception.
	 * @param planId the plan's id
	 * @param message what has happened and what to do
	 */
	public PhaseUncertainException(String planId, String message) {
		super(message);
		this.planId = planId;
	}

	/**
	 * Return the plan that the exception is about.
	 * @return the plan's id
	 */
	public String getPlanId() {
		return this.planId;
	}

}
