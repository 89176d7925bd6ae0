package dev.parallelchange.migration.job;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * What a job is told.
 *
 * @param command the command and its arguments, separated by spaces
 * @param actor who it acts for; {@code null} if nobody is named
 * @param reason why; {@code null} for no reason
 * @param timeout how long it may wait; {@code null} for ever
 * @param format how it tells what it has to say
 * @param directory where it writes files
 * @param poll how often it looks at a plan that it waits for
 */
public record JobSettings(String command, @Nullable String actor, @Nullable String reason, @Nullable Duration timeout,
		JobFormat format, Path directory, Duration poll) {

	/**
	 * Return whether the job works for the plans while it waits, so that it needs a lease
	 * as instances do.
	 * @param command the command and its arguments
	 * @return {@code false} if it only reads and asks, or cannot be carried out
	 */
	public static boolean isTakingPart(String command) {
		try {
			return JobLine.parse(command).verb().isTakingPart();
		}
		catch (UsageException ex) {
			return false;
		}
	}

	/**
	 * Who acts, also where nobody is named.
	 */
	String actorOrUser() {
		return (this.actor != null) ? this.actor : "job of " + System.getProperty("user.name");
	}

	/**
	 * Why, for what nobody does for no reason.
	 * @param what what it is, to begin a sentence with
	 */
	String neededReason(String what) {
		if (this.reason == null || !StringUtils.hasText(this.reason)) {
			throw new UsageException(what + " needs a reason: say why with --migration.job.reason");
		}
		return this.reason;
	}

}
