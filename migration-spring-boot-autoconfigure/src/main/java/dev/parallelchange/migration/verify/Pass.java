package dev.parallelchange.migration.verify;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

import dev.parallelchange.migration.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of all rows of both sides, finished or on its way.
 *
 * @param id a number that grows with each pass
 * @param epoch the plan's epoch; the pass ends without result when the plan leaves it
 * @param repair whether divergences are repaired
 * @param cursor the last key that has been compared; {@code null} at the start
 * @param rowsEstimated the rows that it will compare, as estimated at the start
 * @param compared the rows compared
 * @param missing the rows that the target lacks
 * @param orphan the rows that the source lacks
 * @param different the rows that differ
 * @param unconfirmed the rows that were pending whenever they differed
 * @param repaired the rows repaired
 * @param startedAt when it began, by the database's clock
 * @param finishedAt when it ended, by the database's clock; {@code null} while it runs
 */
public record Pass(long id, long epoch, boolean repair, @Nullable RowKey cursor, long rowsEstimated, long compared,
		long missing, long orphan, long different, long unconfirmed, long repaired, Instant startedAt,
		@Nullable Instant finishedAt) {

	private static final BigDecimal ALL = BigDecimal.valueOf(100);

	private static final int PARITY_SCALE = 4;

	/**
	 * Return the number of confirmed differences.
	 * @return missing, orphan and different rows
	 */
	public long divergences() {
		return this.missing + this.orphan + this.different;
	}

	/**
	 * Return whether there was no confirmed difference.
	 * @return {@code true} if nothing had to be repaired
	 */
	public boolean isClean() {
		return divergences() == 0;
	}

	/**
	 * Return whether all divergences have been repaired.
	 * @return {@code true} if none is left
	 */
	public boolean isRepaired() {
		return this.repaired >= divergences();
	}

	/**
	 * Return the equal rows by the compared ones.
	 * @return the share in per cent; less than 100 if a single row is not known to be
	 * equal
	 */
	public BigDecimal parity() {
		return share(divergences() + this.unconfirmed);
	}

	/**
	 * Return whether the confirmed differences are more than a parity allows.
	 * @param minParity the parity in per cent
	 * @return {@code true} if they are
	 */
	public boolean isBelow(BigDecimal minParity) {
		return share(divergences()).compareTo(minParity) < 0;
	}

	private BigDecimal share(long unequal) {
		if (unequal == 0) {
			return ALL;
		}
		long all = Math.max(this.compared, unequal);
		return BigDecimal.valueOf(all - unequal)
			.multiply(ALL)
			.divide(BigDecimal.valueOf(all), PARITY_SCALE, RoundingMode.DOWN);
	}

}
