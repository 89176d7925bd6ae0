package dev.parallelchange.chaos.world;

import java.nio.file.Path;
import java.time.Duration;

import dev.parallelchange.chaos.load.Plan;

/**
 * How a run is made.
 *
 * @param seed decides what happens when
 * @param duration how long failures go on
 * @param directory where logs are kept
 * @param instances how many JVMs there are
 * @param highestProxied the highest phase that plans with proxies go to
 * @param unmirrored one in so many transactions skips the mirror; 0 for none
 */
public record Settings(long seed, Duration duration, Path directory, int instances, String highestProxied,
		int unmirrored) {

	/** How long an instance counts as alive, as its configuration says. */
	public static final Duration LEASE = Duration.ofSeconds(3);

	/** Keys that everybody wants. */
	public static final int HOT_KEYS = 40;

	/** All keys. */
	public static final int ALL_KEYS = 3000;

	/**
	 * Return settings for three instances.
	 * @param seed decides what happens when
	 * @param duration how long failures go on
	 * @param directory where logs are kept
	 * @return the settings
	 */
	public static Settings of(long seed, Duration duration, Path directory) {
		return new Settings(seed, duration, directory, 3, System.getProperty("chaos.highest-proxied", "CUTOVER"), 0);
	}

	/**
	 * Return the highest phase that a plan goes to.
	 * @param plan the plan
	 * @return a phase
	 */
	public String highest(Plan plan) {
		return plan.isProxied() ? this.highestProxied : "CUTOVER";
	}

}
