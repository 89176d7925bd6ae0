package dev.parallelchange.migration;

import java.time.Duration;
import java.util.List;

/**
 * How a plan gives up its source.
 *
 * @param source what becomes of it
 * @param columns the columns that go where the source table stays; empty for those whose
 * values live on in the target
 * @param soak how long the source stays hidden before it may be dropped
 * @param quiet how long nobody must have been seen using a table before it is hidden;
 * zero not to look
 */
public record ContractSettings(SourceRemoval source, List<String> columns, Duration soak, Duration quiet) {

	/** The settings that apply where nothing else is said. */
	public static final ContractSettings DEFAULTS = new ContractSettings(SourceRemoval.DROP, List.of(),
			Duration.ofHours(24), Duration.ofHours(24));

	public ContractSettings {
		columns = List.copyOf(columns);
	}

	/**
	 * Return whether the source is hidden and dropped.
	 * @return {@code false} if it is left alone
	 */
	public boolean drops() {
		return this.source == SourceRemoval.DROP;
	}

}
