package dev.parallelchange.chaos.nemesis;

import java.time.Duration;

/**
 * A trouble with its time.
 *
 * @param at when it begins, from the start of the run
 * @param lasts how long it lasts
 * @param trouble what is done
 */
record ScheduledTrouble(Duration at, Duration lasts, Trouble trouble) {

	Duration until() {
		return this.at.plus(this.lasts);
	}

	@Override
	public String toString() {
		return "%8.3f s  %s%s".formatted(this.at.toMillis() / 1000.0, this.trouble.name(),
				this.lasts.isZero() ? "" : " for %.1f s".formatted(this.lasts.toMillis() / 1000.0));
	}

}
