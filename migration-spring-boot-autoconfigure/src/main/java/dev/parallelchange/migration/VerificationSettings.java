package dev.parallelchange.migration;

import java.math.BigDecimal;
import java.time.Duration;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How both sides of a plan are compared.
 *
 * @param interval the time between two full passes
 * @param maxAge the age up to which a clean pass opens a gate
 * @param minParity the parity, in per cent, that opens a gate
 * @param compareShare the share of reads, in per cent, that are compared on both sides
 * @param minComparedReads the number of compared reads that opens the gate of
 * {@link MigrationPhase#CUTOVER}
 */
public record VerificationSettings(@DefaultValue("10m") Duration interval, @DefaultValue("1h") Duration maxAge,
		@DefaultValue("99.99") BigDecimal minParity, @DefaultValue("1") BigDecimal compareShare,
		@DefaultValue("10000") long minComparedReads) {

	/** The settings that apply where nothing else is said. */
	public static final VerificationSettings DEFAULTS = new VerificationSettings(Duration.ofMinutes(10),
			Duration.ofHours(1), new BigDecimal("99.99"), BigDecimal.ONE, 10_000);

}
