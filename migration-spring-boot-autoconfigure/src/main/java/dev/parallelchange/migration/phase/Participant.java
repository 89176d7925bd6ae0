package dev.parallelchange.migration.phase;

import java.util.UUID;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

/**
 * A live instance that takes part in a plan.
 *
 * @param planId the plan's id
 * @param instanceId the instance's id
 * @param host the host's name and the process's id
 * @param version the application's version; {@code null} if unknown
 * @param uses the side that it uses; {@code null} if it has no say
 * @param asks the phase that it asks for; {@code null} for none
 * @param dryRun whether it only looks
 * @param epoch the epoch that it has acknowledged; negative before the first
 * @param fenceSeen the number of the last fence that it knows of
 * @param fenceDrained the number of the last fence behind which none of its writers was
 * left
 * @param leaseSeconds the seconds that its lease still lasts
 * @param silentSeconds the seconds since it last renewed its lease
 * @param pollSeconds the seconds between two of its polls, each of which renews its lease
 * @param own what it means by the plan
 */
public record Participant(String planId, UUID instanceId, String host, @Nullable String version,
		@Nullable MigrationSide uses, @Nullable MigrationPhase asks, boolean dryRun, long epoch, long fenceSeen,
		long fenceDrained, double leaseSeconds, double silentSeconds, double pollSeconds, OwnDefinition own) {

	private static final int LATE_SECONDS = 4;

	/**
	 * Whether its sign of life has been due for some seconds, as of an instance that has
	 * been stopped or is overloaded.
	 */
	boolean isSilent() {
		return this.silentSeconds > this.pollSeconds + LATE_SECONDS;
	}

	/**
	 * Whether its configuration counts; that of a job does not.
	 */
	boolean hasSay() {
		return this.uses != null;
	}

}
