package dev.parallelchange.migration.model;

/**
 * Takes the steps that are possible in a state.
 */
interface Steps {

	/**
	 * Somebody may do something.
	 * @param actor who
	 * @param action what
	 * @param next the state after it
	 */
	void to(String actor, String action, State next);

	/**
	 * Somebody may do what nobody must be able to do.
	 * @param actor who
	 * @param action what
	 * @param violation what is wrong with it
	 * @param next the state after it
	 */
	void violates(String actor, String action, Violation violation, State next);

}
