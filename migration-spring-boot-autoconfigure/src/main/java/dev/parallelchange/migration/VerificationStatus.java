package dev.parallelchange.migration;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How equal both sides are.
 *
 * @param parity equal rows by compared rows of the last full pass, in per cent;
 * {@code null} before the first
 * @param compared rows compared in the last full pass
 * @param missing rows that the target lacks
 * @param orphan rows that the source lacks
 * @param different rows that differ
 * @param repaired rows repaired in the last full pass
 * @param lastPass when the last full pass ended; {@code null} before the first
 * @param clean whether the last full pass found no difference at all
 * @param running the share of the running pass that is done, from 0 to 1; {@code null} if
 * none runs
 * @param samples the first divergences
 * @param unconfirmed rows that were pending whenever they differed in the last full pass
 * @param note why the next pass waits; {@code null} if that is ordinary
 * @param lookupsWritten when looked-up tables were last found to have been written; a
 * pass that began before says nothing about these rows; {@code null} if they were not
 */
public record VerificationStatus(@Nullable BigDecimal parity, long compared, long missing, long orphan, long different,
		long repaired, @Nullable Instant lastPass, boolean clean, @Nullable Double running, List<Divergence> samples,
		long unconfirmed, @Nullable String note, @Nullable Instant lookupsWritten) {

	public VerificationStatus(@Nullable BigDecimal parity, long compared, long missing, long orphan, long different,
			long repaired, @Nullable Instant lastPass, boolean clean, @Nullable Double running,
			List<Divergence> samples) {
		this(parity, compared, missing, orphan, different, repaired, lastPass, clean, running, samples, 0, null, null);
	}

	/**
	 * A confirmed difference.
	 *
	 * @param key the row's key; {@code null} if row values are hidden
	 * @param kind how the sides differ
	 * @param firstSeen when it was first seen
	 * @param error why it could not be compared or repaired; {@code null} for no error
	 */
	public record Divergence(@Nullable String key, DivergenceKind kind, Instant firstSeen, @Nullable String error) {

		public Divergence(@Nullable String key, DivergenceKind kind, Instant firstSeen) {
			this(key, kind, firstSeen, null);
		}

	}

}
