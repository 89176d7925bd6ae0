package dev.parallelchange.migration.backfill;

import java.time.Duration;

/**
 * What one step of a copy has done.
 *
 * @param kind what has been done, or why nothing could be done
 * @param rows the source rows that the step dealt with
 * @param written the rows that it has written
 * @param delay the time until the step may be taken
 */
public record CopyStep(Kind kind, long rows, long written, Duration delay) {

	/**
	 * Create a step that did nothing.
	 * @param kind why
	 * @return the step
	 */
	public static CopyStep of(Kind kind) {
		return new CopyStep(kind, 0, 0, Duration.ZERO);
	}

	/** What a step has done, or why it could do nothing. */
	public enum Kind {

		/** A chunk has been copied. */
		COPIED,

		/** A chunk has failed; what becomes of it has been decided. */
		FAILED,

		/** A chunk has been marked out. */
		WALKED,

		/** The rate limit lets the next chunk wait. */
		LIMITED,

		/** As many chunks as allowed are being copied elsewhere. */
		BUSY,

		/** No chunk is waiting. */
		IDLE,

		/** Enough chunks are marked out. */
		AHEAD,

		/** All chunks have been marked out. */
		END,

		/** The plan is paused, in another phase, or another one than was derived. */
		STANDING,

		/** No copy by this definition has begun. */
		ABSENT

	}

}
