package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.StatementFailure;
import org.jspecify.annotations.Nullable;

/**
 * Pauses copies that take longer than they may, for the whole cluster and by the
 * database's clock.
 */
final class RuntimeLimit {

	private final BackfillStore store;

	private final MigrationListener listener;

	RuntimeLimit(BackfillStore store, MigrationListener listener) {
		this.store = store;
		this.listener = listener;
	}

	/**
	 * Look once; the pause shows in the plan's state, as any other.
	 */
	void check(DerivedPlan plan) {
		Duration limit = of(plan);
		if (limit.isZero()) {
			return;
		}
		try {
			this.store.pauseAfter(plan, limit,
					"it takes longer than safety.max-runtime, %d s; resume it for as long again"
						.formatted(limit.toSeconds()));
		}
		catch (RuntimeException ex) {
			this.listener.onEvent(new MigrationEvent.ActivityFailed(plan.id(), "limit the time of the copy",
					StatementFailure.of(ex).publicError()));
		}
	}

	/**
	 * The gate of a plan whose copy is limited.
	 */
	Gate gate(DerivedPlan plan, @Nullable BackfillProgress progress) {
		Duration limit = of(plan);
		Duration runtime = (progress != null) ? progress.runtime() : Duration.ZERO;
		boolean open = runtime.compareTo(limit) < 0;
		return Gate.of("max-runtime", open, runtime.isZero() ? "not running" : runtime.toSeconds() + " s",
				"less than %d s".formatted(limit.toSeconds()),
				"let the copy run for as long again: " + Gate.request(plan.id(), "\"backfill\": \"running\""));
	}

	static boolean isSet(DerivedPlan plan) {
		return !of(plan).isZero();
	}

	private static Duration of(DerivedPlan plan) {
		return plan.plan().safety().maxRuntime();
	}

}
