package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.PurgeStatus;
import dev.parallelchange.migration.RefusedRow;
import org.jspecify.annotations.Nullable;

/**
 * How far a copy is, by the database's clock.
 *
 * @param changed whether it began with another definition of the plan
 * @param finished whether all rows have been copied or quarantined
 * @param rowsEstimated the rows of the source, estimated when it began
 * @param rowsDone rows that have been looked at
 * @param rowsWritten rows that have been written
 * @param chunks the chunks that have been copied
 * @param recentRows the rows of the chunks of the last half minute
 * @param recentTime the time from the first to the last of these chunks
 * @param idle the time since a chunk was copied, or since the copy began
 * @param limited the time that the rate limit still demands
 * @param runtime the time since the copy began, or since it was last resumed; zero when
 * its rows have been compared and found equal
 * @param failedChunks the chunks that wait to be tried again
 * @param lastError the error of the latest failed chunk; {@code null} for none
 * @param quarantined the number of rows in quarantine
 * @param quarantine the first of these rows
 * @param purge what has been counted, for a plan that deletes rows; {@code null} for all
 * others
 */
public record BackfillProgress(boolean changed, boolean finished, long rowsEstimated, long rowsDone, long rowsWritten,
		long chunks, long recentRows, Duration recentTime, Duration idle, Duration limited, Duration runtime,
		long failedChunks, @Nullable String lastError, long quarantined, List<RefusedRow> quarantine,
		@Nullable PurgeStatus purge) {

	/**
	 * Return the part of the source that is done.
	 * @return the share from 0 to 1; 1 only when the copy is finished
	 */
	double share() {
		if (this.finished) {
			return 1;
		}
		return (this.rowsEstimated > 0) ? Math.min(0.999, (double) this.rowsDone / this.rowsEstimated) : 0;
	}

	/**
	 * Return the current rate.
	 * @return rows per second; 0 while too little is known
	 */
	double rowsPerSecond() {
		return isMeasured() ? this.recentRows * 1000.0 / this.recentTime.toMillis() : 0;
	}

	boolean isMeasured() {
		return this.chunks >= 3 && this.recentTime.toMillis() >= 1000;
	}

}
