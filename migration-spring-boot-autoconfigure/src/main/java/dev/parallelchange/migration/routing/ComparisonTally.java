package dev.parallelchange.migration.routing;

import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanState;
import org.jspecify.annotations.Nullable;

/**
 * What has been compared on this instance and is not in the database yet.
 */
final class ComparisonTally {

	private final Map<Period, ComparisonStore.Compared> tallies = new HashMap<>();

	synchronized void count(PlanState state, @Nullable String difference) {
		add(new Period(state.planId(), state.epoch(), state.phase() == MigrationPhase.DUAL_READ),
				new ComparisonStore.Compared(state.epoch(), 1, (difference != null) ? 1 : 0, difference));
	}

	private void add(Period period, ComparisonStore.Compared added) {
		this.tallies.merge(period, added,
				(before, more) -> new ComparisonStore.Compared(more.epoch(), before.compared() + more.compared(),
						before.mismatched() + more.mismatched(),
						(more.lastMismatch() != null) ? more.lastMismatch() : before.lastMismatch()));
	}

	/**
	 * Bring a plan's figures to the database; they are kept if that fails.
	 */
	void flush(String planId, ComparisonStore store) {
		Map.Entry<Period, ComparisonStore.Compared> taken = take(planId);
		while (taken != null) {
			Period period = taken.getKey();
			try {
				store.add(planId, period.epoch(), period.restarts(), taken.getValue());
			}
			catch (RuntimeException ex) {
				putBack(period, taken.getValue());
				throw ex;
			}
			taken = take(planId);
		}
	}

	private synchronized void putBack(Period period, ComparisonStore.Compared compared) {
		add(period, compared);
	}

	private synchronized Map.@Nullable Entry<Period, ComparisonStore.Compared> take(String planId) {
		for (Period period : this.tallies.keySet()) {
			if (period.planId().equals(planId)) {
				return Map.entry(period, java.util.Objects.requireNonNull(this.tallies.remove(period)));
			}
		}
		return null;
	}

	private record Period(String planId, long epoch, boolean restarts) {
	}

}
