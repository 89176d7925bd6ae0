package dev.parallelchange.migration.phase;

import java.time.Duration;

import dev.parallelchange.migration.WriteFence;

/**
 * An announced stretch of time in which no instance writes a plan, so that its leading
 * side can change; by the database's clock.
 *
 * @param number a number that grows with each fence of the plan
 * @param startsIn the time until it begins; negative if it has begun
 * @param endsIn the time until it is given up; negative if it must not be used any more
 */
public record Fence(long number, Duration startsIn, Duration endsIn) {

	boolean isOver() {
		return this.endsIn.isNegative() || this.endsIn.isZero();
	}

	/**
	 * The same on this JVM's clock, rather too long than too short: the database looked
	 * at its clock some time between the beginning and the end of the reading.
	 */
	WriteFence onSteadyClock(long readAt) {
		return new WriteFence(readAt + this.startsIn.toNanos(), System.nanoTime() + this.endsIn.toNanos());
	}

}
