package dev.parallelchange.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One of a plan's own scripts.
 *
 * @param phase the phase in which it runs
 * @param script the name of its file
 * @param state how far it is
 * @param error why it failed or waits; {@code null} if it does not
 * @param findings what is dangerous about it
 * @param observed what its statements did on empty copies of their tables; empty if that
 * is not asked for
 * @param derived whether it is derived from the plan; otherwise it is a file
 * @param text the text of a derived script; {@code null} for a file
 * @param undo the text of what undoes a derived script; {@code null} for a file
 */
public record ScriptStatus(MigrationPhase phase, String script, State state, @Nullable String error,
		List<ScriptFinding> findings, List<ScriptObservation> observed, boolean derived, @Nullable String text,
		@Nullable String undo) {

	public ScriptStatus {
		findings = List.copyOf(findings);
		observed = List.copyOf(observed);
	}

	/** How far a script is. */
	public enum State {

		/** Nobody has looked yet whether it has been run. */
		UNKNOWN,

		/** It could be derived and run, if the plan said so. */
		PROPOSED,

		/** It has not been run. */
		PENDING,

		/** An instance runs it. */
		RUNNING,

		/** It is tried again by itself. */
		WAITING,

		/** Somebody has to do something. */
		FAILED,

		/** It has been run. */
		APPLIED

	}

}
