package dev.parallelchange.migration.script;

import dev.parallelchange.migration.ScriptStatus.State;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster knows of the last run of a set of scripts.
 *
 * @param state how far it is
 * @param script the script that was run last; {@code null} for none
 * @param scripts the fingerprint of the scripts that were run
 * @param error why it failed or waits; {@code null} if it does not
 * @param attempts how often it has been tried in vain
 */
public record ScriptRun(State state, @Nullable String script, @Nullable String scripts, @Nullable String error,
		int attempts) {

	/**
	 * Return whether somebody has to do something first.
	 */
	boolean isBlocked(ScriptSet set) {
		return this.state == State.FAILED && set.fingerprint().equals(this.scripts);
	}

}
