package dev.parallelchange.migration;

import java.math.BigDecimal;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The values of a plan's flags where no flag server decides.
 *
 * @param write whether rows are mirrored at once
 * @param read the share of reads, in per cent, that goes to the target
 * @param backfill whether the copy runs
 */
public record RolloutSettings(@DefaultValue("true") boolean write, @DefaultValue("0") BigDecimal read,
		@DefaultValue("true") boolean backfill) {

	/** The settings that apply where nothing else is said. */
	public static final RolloutSettings DEFAULTS = new RolloutSettings(true, BigDecimal.ZERO, true);

}
