package dev.parallelchange.migration;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How far a plan's copy is.
 *
 * @param state what the copy is doing
 * @param rowsDone rows that have been looked at
 * @param rowsWritten rows that have been written
 * @param rowsEstimated rows of the source, estimated when the copy started
 * @param share the part of the source that is done, from 0 to 1
 * @param rowsPerSecond the current rate; 0 while it stands
 * @param eta the time that is left; {@code null} while it is being measured or stands
 * @param chunkSize the current size of a chunk in rows, on this instance
 * @param workers the chunks being copied on this instance
 * @param pauseReason why the copy stands, with its number; {@code null} if it does not
 * @param failedChunks chunks that wait to be tried again
 * @param lastError the error of the latest failed chunk; {@code null} for none
 * @param quarantined the number of rows that could not be written, on either side
 * @param quarantine the first of them
 * @param signals what throttles the copy, as measured by this instance; empty while it
 * does not measure
 * @param purge what has been counted, for a plan that deletes rows; {@code null} for all
 * others
 */
public record BackfillStatus(State state, long rowsDone, long rowsWritten, long rowsEstimated, double share,
		double rowsPerSecond, @Nullable Duration eta, int chunkSize, int workers, @Nullable String pauseReason,
		long failedChunks, @Nullable String lastError, long quarantined, List<RefusedRow> quarantine,
		List<Signal> signals, @Nullable PurgeStatus purge) {

	public BackfillStatus(State state, long rowsDone, long rowsWritten, long rowsEstimated, double share,
			double rowsPerSecond, @Nullable Duration eta, int chunkSize, int workers, @Nullable String pauseReason,
			long failedChunks, @Nullable String lastError, long quarantined, List<RefusedRow> quarantine,
			List<Signal> signals) {
		this(state, rowsDone, rowsWritten, rowsEstimated, share, rowsPerSecond, eta, chunkSize, workers, pauseReason,
				failedChunks, lastError, quarantined, quarantine, signals, null);
	}

	/** What a copy is doing. */
	public enum State {

		/** Its rate is not known yet. */
		MEASURING,

		/** It copies. */
		RUNNING,

		/** It has been paused or is throttled. */
		PAUSED,

		/** It ought to copy, but nothing has been done for a while. */
		STALLED,

		/** The plan or a table has changed since it started. */
		CHANGED,

		/** All rows have been copied or quarantined. */
		FINISHED

	}

	/**
	 * Something that throttles the copy.
	 *
	 * @param name its name
	 * @param value the number that was measured last, times in seconds; {@code null} if
	 * it is not known or there is none
	 * @param limit the number above which the copy pauses; {@code null} if there is none
	 * @param utilisation the number by its limit; {@code null} if it is not known
	 * @param pausing whether the copy pauses for it
	 * @param note what is to be known about the number; {@code null} for nothing
	 */
	public record Signal(String name, @Nullable Double value, @Nullable Double limit, @Nullable Double utilisation,
			boolean pausing, @Nullable String note) {

	}

}
