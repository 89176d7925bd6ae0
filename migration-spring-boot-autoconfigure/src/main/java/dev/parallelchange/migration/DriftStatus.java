package dev.parallelchange.migration;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What has been changed about a plan's tables since its run began.
 *
 * @param recordedAt when the tables were recorded, or a change was last accepted
 * @param changedAt when the latest change was noticed; {@code null} for none
 * @param differences a line for each difference, such as
 * {@code + target index name: CREATE INDEX …}
 * @param dangers those of the differences that close a step of the way forward
 */
public record DriftStatus(Instant recordedAt, @Nullable Instant changedAt, List<String> differences,
		List<String> dangers) {

	public DriftStatus {
		differences = List.copyOf(differences);
		dangers = List.copyOf(dangers);
	}

}
