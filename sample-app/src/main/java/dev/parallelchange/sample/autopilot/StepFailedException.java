package dev.parallelchange.sample.autopilot;

/**
 * Thrown when a step takes too long.
 */
class StepFailedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	StepFailedException(String message) {
		super(message);
	}

}
