package dev.parallelchange.migration.load;

import dev.parallelchange.migration.BuiltInSignal;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.SessionLimit;
import dev.parallelchange.migration.SignalMeasure;
import dev.parallelchange.migration.load.LoadStore.Sessions;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that the database is working for, besides those that copy.
 */
public final class ActiveSessions implements MeasuredSignal {

	private static final String GRANT = "grant pg_monitor to the database user";

	private final LoadStore store;

	/**
	 * Create the signal.
	 * @param store reads the load
	 */
	public ActiveSessions(LoadStore store) {
		this.store = store;
	}

	@Override
	public String name() {
		return BuiltInSignal.ACTIVE_SESSIONS.label();
	}

	@Override
	public @Nullable SignalMeasure measure(DerivedPlan plan) {
		SessionLimit stated = plan.plan().backfill().throttle().maxActiveSessions();
		if (stated.value().signum() == 0) {
			return null;
		}
		Sessions sessions = this.store.sessions();
		if (sessions == null) {
			return SignalMeasure.unknown(stated.value().doubleValue(),
					"the database user may not see sessions, so they do not throttle the copy: " + GRANT);
		}
		double limit = stated.on(sessions.max());
		return SignalMeasure
			.of(sessions.active(), limit,
					"%d sessions are active besides the copy (limit %.0f)".formatted(sessions.active(), limit))
			.withNote((sessions.hidden() == 0) ? null
					: "%d sessions of other users are not counted: %s".formatted(sessions.hidden(), GRANT));
	}

}
