package dev.parallelchange.migration;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * When a plan goes back to the phase before by itself.
 *
 * @param maxMismatchRate the share of compared reads, in per cent, that may differ; 100
 * not to look
 * @param maxErrorRate the share of an instance's reads of the target and mirror writes to
 * it, in per cent, that may fail; 100 not to look
 * @param maxReplicationLag the lag of the slowest replica that is borne for a while; zero
 * not to look
 * @param maxPendingAge the age of the oldest pending key that is borne for a while; zero
 * not to look
 * @param window the time over which rates are measured, and for which a lag or an age
 * must last
 * @param minSamples the reads and writes below which a rate says nothing
 */
public record RollbackSettings(BigDecimal maxMismatchRate, BigDecimal maxErrorRate, Duration maxReplicationLag,
		Duration maxPendingAge, Duration window, long minSamples) {

	private static final BigDecimal ALL = BigDecimal.valueOf(100);

	/**
	 * The settings that apply where nothing else is said: no plan goes back by itself.
	 */
	public static final RollbackSettings DEFAULTS = new RollbackSettings(ALL, ALL, Duration.ZERO, Duration.ZERO,
			Duration.ofMinutes(1), 100);

	/**
	 * Return whether there is anything to look at.
	 * @return {@code false} if no plan goes back by itself
	 */
	public boolean isOn() {
		return this.maxMismatchRate.compareTo(ALL) < 0 || this.maxErrorRate.compareTo(ALL) < 0
				|| !this.maxReplicationLag.isZero() || !this.maxPendingAge.isZero();
	}

}
