package dev.parallelchange.migration.verify;

import java.time.Instant;
import java.util.List;

import dev.parallelchange.migration.Reconciliation;
import org.jspecify.annotations.Nullable;

/**
 * A plan's passes at one moment.
 *
 * @param epoch the plan's epoch
 * @param now the database's clock
 * @param request what an operator asks for; {@code null} for nothing
 * @param cleanSince when the latest clean pass of this epoch began; {@code null} if there
 * is none
 * @param lookupsWritten when looked-up tables were last found to have been written;
 * {@code null} if they were not
 * @param running the pass that is not finished; {@code null} if there is none
 * @param finished the latest finished passes, newest first
 */
public record PassOverview(long epoch, Instant now, @Nullable Reconciliation request, @Nullable Instant cleanSince,
		@Nullable Instant lookupsWritten, @Nullable Pass running, List<Pass> finished) {

	public PassOverview {
		finished = List.copyOf(finished);
	}

	/**
	 * Return the latest finished pass.
	 * @return the pass; {@code null} if there is none
	 */
	public @Nullable Pass last() {
		return this.finished.isEmpty() ? null : this.finished.get(0);
	}

	/**
	 * Return whether a pass began before looked-up tables were written.
	 * @param pass the pass
	 * @return {@code true} if rows may differ that it has found equal
	 */
	public boolean isBeforeLookups(Pass pass) {
		return this.lookupsWritten != null && !pass.startedAt().isAfter(this.lookupsWritten);
	}

	/**
	 * Count the passes of this epoch that found divergences, one after the other.
	 * @return their number, up to the latest one
	 */
	public int uncleanInARow() {
		return (int) this.finished.stream().takeWhile((pass) -> pass.epoch() == this.epoch && !pass.isClean()).count();
	}

}
