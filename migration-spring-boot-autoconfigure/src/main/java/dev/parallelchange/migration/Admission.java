package dev.parallelchange.migration;

import java.util.List;

/**
 * Says whether this instance may serve, as far as its plans are concerned.
 */
@FunctionalInterface
public interface Admission {

	/**
	 * Return why this instance must not serve yet, without asking the database.
	 * @return a sentence for each plan that is in the way; empty if the instance may
	 * serve
	 */
	List<String> obstacles();

	/**
	 * Return whether this instance may serve.
	 * @return {@code true} if nothing is in the way
	 */
	default boolean isReady() {
		return obstacles().isEmpty();
	}

}
