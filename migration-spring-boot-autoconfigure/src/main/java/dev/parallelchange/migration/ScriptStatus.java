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
 */
public record ScriptStatus(MigrationPhase phase, String script, State state, @Nullable String error,
		List<ScriptFinding> findings, List<ScriptObservation> observed) {

	public ScriptStatus {
		findings = List.copyOf(findings);
		observed = List.copyOf(observed);
	}

	/** How far a script is. */
	public enum State {

		/** Nobody has looked yet whether it has been run. */
		UNKNOWN,

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
