package dev.parallelchange.migration.hikari;

import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.parallelchange.migration.BuiltInSignal;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.SignalMeasure;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for a connection: the application's requests, or whoever would come
 * after them.
 */
public final class PoolWaiting implements MeasuredSignal {

	private final List<HikariDataSource> pools;

	/**
	 * Create the signal.
	 * @param pools the application's pools; empty if it has others
	 */
	public PoolWaiting(List<HikariDataSource> pools) {
		this.pools = List.copyOf(pools);
	}

	@Override
	public String name() {
		return BuiltInSignal.POOL_WAITING.label();
	}

	@Override
	public @Nullable SignalMeasure measure(DerivedPlan plan) {
		int limit = plan.plan().backfill().throttle().maxPoolWaiting();
		if (limit == 0 || this.pools.isEmpty()) {
			return null;
		}
		int waiting = this.pools.stream().mapToInt(PoolWaiting::waiting).sum();
		return SignalMeasure.of(waiting, limit,
				"%d threads wait for a connection of the pool (limit %d)".formatted(waiting, limit));
	}

	// A pool that nobody has used yet has not been started.
	private static int waiting(HikariDataSource pool) {
		HikariPoolMXBean state = pool.getHikariPoolMXBean();
		return (state != null) ? state.getThreadsAwaitingConnection() : 0;
	}

}
