package dev.parallelchange.migration.load;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

import dev.parallelchange.migration.BuiltInSignal;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.SignalMeasure;
import org.jspecify.annotations.Nullable;

/**
 * The time that a small transaction takes to commit. The median of the last three counts:
 * a single slow one, such as during a checkpoint, does not.
 */
public final class CommitLatency implements MeasuredSignal {

	private static final int COMMITS = 3;

	private final LoadStore store;

	private final Deque<Duration> latest = new ArrayDeque<>();

	/**
	 * Create the signal.
	 * @param store commits
	 */
	public CommitLatency(LoadStore store) {
		this.store = store;
	}

	@Override
	public String name() {
		return BuiltInSignal.COMMIT_LATENCY.label();
	}

	@Override
	public @Nullable SignalMeasure measure(DerivedPlan plan) {
		Duration limit = plan.plan().backfill().throttle().maxCommitLatency();
		if (limit.isZero()) {
			return null;
		}
		Duration median = median(this.store.commit());
		return SignalMeasure.of(median.toNanos() / 1e9, limit.toNanos() / 1e9,
				String.format(Locale.ROOT, "a commit takes %d ms (limit %d ms)", median.toMillis(), limit.toMillis()));
	}

	private synchronized Duration median(Duration commit) {
		this.latest.addLast(commit);
		if (this.latest.size() > COMMITS) {
			this.latest.removeFirst();
		}
		return this.latest.stream().sorted().skip((this.latest.size() - 1) / 2).findFirst().orElse(commit);
	}

}
