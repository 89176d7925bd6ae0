package dev.parallelchange.migration;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * How much of a plan's source is rehearsed.
 *
 * @param rows about how many rows, spread over the table, with the newest among them; 0
 * for everything
 * @param timeout how long it may take; what has not been tried by then is left out
 */
public record RehearsalRequest(long rows, Duration timeout) {

	private static final Duration LONGEST = Duration.ofHours(1);

	/** A sample that takes seconds. */
	public static final RehearsalRequest DEFAULT = new RehearsalRequest(10_000, LONGEST);

	/** Every row, however long that takes. */
	public static final RehearsalRequest EVERYTHING = new RehearsalRequest(0, LONGEST);

	private static final long MOST = 1_000_000;

	public RehearsalRequest {
		Assert.isTrue(rows >= 0 && rows <= MOST, () -> "A sample has 1 to %d rows, not %d".formatted(MOST, rows));
		Assert.isTrue(!timeout.isZero() && !timeout.isNegative(),
				() -> "A rehearsal needs time, not %s".formatted(timeout));
	}

	/**
	 * Rehearse a sample.
	 * @param rows about how many rows, from 1 to 1,000,000
	 * @return the request
	 */
	public static RehearsalRequest sample(long rows) {
		Assert.isTrue(rows > 0, () -> "A sample has 1 to %d rows, not %d".formatted(MOST, rows));
		return new RehearsalRequest(rows, LONGEST);
	}

	/**
	 * Limit the time of the rehearsal.
	 * @param limit how long it may take, an hour if nothing is said; positive
	 * @return the request
	 */
	public RehearsalRequest within(Duration limit) {
		return new RehearsalRequest(this.rows, limit);
	}

	/**
	 * Return whether all rows are wanted.
	 * @return {@code false} for a sample
	 */
	public boolean all() {
		return this.rows == 0;
	}

}
