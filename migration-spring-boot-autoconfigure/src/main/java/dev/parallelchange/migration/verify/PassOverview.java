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
 * @param running the pass that is not finished; {@code null} if there is none
 * @param finished the latest finished passes, newest first
 */
public record PassOverview(long epoch, Instant now, @Nullable Reconciliation request, @Nullable Instant cleanSince,
		@Nullable Pass running, List<Pass> finished) {

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
	 * Count the passes of this epoch that found divergences, one after the other.
	 * @return their number, up to the latest one
	 */
	public int uncleanInARow() {
		return (int) this.finished.stream().takeWhile((pass) -> pass.epoch() == this.epoch && !pass.isClean()).count();
	}

}
