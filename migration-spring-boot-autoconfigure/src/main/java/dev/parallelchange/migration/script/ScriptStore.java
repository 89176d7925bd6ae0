package dev.parallelchange.migration.script;

import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.MigrationPhase;

import org.springframework.dao.DataAccessException;

/**
 * Sees that one instance at a time runs the scripts of a plan, and keeps how far it is.
 */
public interface ScriptStore {

	/**
	 * Read the last run.
	 * @param set the scripts
	 * @return the run; empty if there was none
	 */
	Optional<ScriptRun> read(ScriptSet set);

	/**
	 * Claim the scripts for this instance, for a while.
	 * @param set the scripts
	 * @param phase the phase that the plan has to be in, acknowledged by all live
	 * instances
	 * @return whether they are this instance's; {@code false} while another one has them,
	 * and after a failure until it is time to try again
	 */
	boolean claim(ScriptSet set, MigrationPhase phase);

	/**
	 * Keep the claim.
	 * @param set the scripts
	 */
	void renew(ScriptSet set);

	/**
	 * Record which script is run.
	 * @param set the scripts
	 * @param script the script's name
	 */
	void begin(ScriptSet set, String script);

	/**
	 * Keep the text of a derived script that is about to be run.
	 * @param set the scripts, which are claimed
	 * @param script the script, which has one that undoes it
	 * @throws DataAccessException if the claim is lost
	 */
	void keep(ScriptSet set, PlanScript script);

	/**
	 * Read the derived scripts that have been kept.
	 * @param set the scripts' plan
	 * @return the scripts as they were when they were run last, in order
	 */
	List<PlanScript> kept(ScriptSet set);

	/**
	 * Record that a script has been run, in the plan's history.
	 * @param set the scripts
	 * @param script the script's name
	 */
	void ran(ScriptSet set, String script);

	/**
	 * Give the claim back, since everything has been done.
	 * @param set the scripts
	 */
	void succeeded(ScriptSet set);

	/**
	 * Give the claim back before anything has been tried, to look again in a second.
	 * @param set the scripts
	 * @param reason what it waits for
	 */
	void waits(ScriptSet set, String reason);

	/**
	 * Give the claim back after a failure.
	 * @param set the scripts
	 * @param error why it failed
	 * @param retried whether it is tried again by itself, after a while
	 */
	void failed(ScriptSet set, String error, boolean retried);

}
