package dev.parallelchange.migration.drift;

import java.time.Instant;
import java.util.List;

import dev.parallelchange.migration.FinishSettings;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a plan's tables.
 *
 * @param recorded how they were when the run began, or when a change was accepted
 * @param recordedAt when that was
 * @param seen how they were when an instance last looked
 * @param changedAt when the latest change was noticed; {@code null} for none
 * @param verified whether a full pass that began since has found all rows equal
 */
public record StoredDrift(TableState recorded, Instant recordedAt, TableState seen, @Nullable Instant changedAt,
		boolean verified) {

	/**
	 * Whether all rows have been found equal since the tables have been as they are.
	 */
	boolean isVerified(TableState now) {
		return this.verified && now.equals(this.seen);
	}

	List<String> differences(FinishSettings finish) {
		return this.seen.differencesFrom(this.recorded, finish).stream().map(Difference::toString).toList();
	}

}
