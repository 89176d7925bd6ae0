package dev.parallelchange.migration.load;

import java.time.Duration;
import java.util.Locale;

import dev.parallelchange.migration.BuiltInSignal;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.LoadLimits;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.SignalMeasure;
import dev.parallelchange.migration.load.LoadStore.LockWaits;
import org.jspecify.annotations.Nullable;

/**
 * The longest wait for a lock in the database, or for one that a copy holds.
 */
public final class LockWait implements MeasuredSignal {

	private final LoadStore store;

	private final boolean forCopy;

	private LockWait(LoadStore store, boolean forCopy) {
		this.store = store;
		this.forCopy = forCopy;
	}

	/**
	 * Create the signal for the locks of everybody.
	 * @param store reads the load
	 * @return the signal
	 */
	public static LockWait ofAll(LoadStore store) {
		return new LockWait(store, false);
	}

	/**
	 * Create the signal for the locks of copies.
	 * @param store reads the load
	 * @return the signal
	 */
	public static LockWait ofCopies(LoadStore store) {
		return new LockWait(store, true);
	}

	@Override
	public String name() {
		return (this.forCopy ? BuiltInSignal.COPY_LOCK_WAIT : BuiltInSignal.LOCK_WAIT).label();
	}

	@Override
	public @Nullable SignalMeasure measure(DerivedPlan plan) {
		LoadLimits limits = plan.plan().backfill().throttle();
		double limit = seconds(this.forCopy ? limits.maxCopyLockWait() : limits.maxLockWait());
		if (limit == 0) {
			return null;
		}
		LockWaits waits = this.store.lockWaits();
		if (waits == null) {
			return SignalMeasure.unknown(limit,
					"the database user may not see locks, so waits for them do not throttle the copy: grant it select on pg_locks and pg_stat_activity");
		}
		double value = seconds(this.forCopy ? waits.forCopy() : waits.longest());
		return SignalMeasure.of(value, limit,
				String.format(Locale.ROOT, "a session has waited %.1f s for a lock%s (limit %.1f s)", value,
						this.forCopy ? " of the copy" : "", limit));
	}

	private static double seconds(Duration duration) {
		return duration.toMillis() / 1000.0;
	}

}
