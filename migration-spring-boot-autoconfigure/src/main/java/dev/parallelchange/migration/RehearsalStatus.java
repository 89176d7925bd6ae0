package dev.parallelchange.migration;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The latest rehearsal of a plan.
 *
 * @param state what has become of it
 * @param startedAt when it began
 * @param error why it failed; {@code null} if it has not
 * @param report what the last one found that came to its end with the plan as it is now;
 * {@code null} if there is none
 */
public record RehearsalStatus(State state, Instant startedAt, @Nullable String error, @Nullable Rehearsal report) {

	/** What has become of a rehearsal. */
	public enum State {

		/** An instance is at it. */
		RUNNING,

		/** It came to its end. */
		FINISHED,

		/** It did not come to its end. */
		FAILED

	}

}
