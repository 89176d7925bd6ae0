package dev.parallelchange.migration.model;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Something whose states can all be visited.
 */
interface Model {

	Layout layout();

	State initial();

	/**
	 * Name all steps that are possible in a state.
	 */
	void steps(State state, Steps steps);

	/**
	 * Return what is wrong with a state.
	 * @return {@code null} if nothing is
	 */
	@Nullable Violation violation(State state);

	/**
	 * Actions each of which must stay possible, sooner or later, whatever has happened.
	 */
	default Set<String> goals() {
		return Set.of();
	}

	/**
	 * Return the state that stands for all states which differ from it in names only.
	 */
	default State canonical(State state) {
		return state;
	}

}
