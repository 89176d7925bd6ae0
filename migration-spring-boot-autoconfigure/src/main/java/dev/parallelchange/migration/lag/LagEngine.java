package dev.parallelchange.migration.lag;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.ReplicationStatus;
import dev.parallelchange.migration.ReplicationStatus.Replica;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Has the replication lag measured while a plan is between
 * {@link MigrationPhase#DUAL_WRITE} and {@link MigrationPhase#CUTOVER}, and keeps the
 * gate before {@link MigrationPhase#DUAL_READ}.
 */
public final class LagEngine implements MigrationEngine {

	private final ReplicationLag lag;

	private final Set<String> plans = ConcurrentHashMap.newKeySet();

	/**
	 * Create the engine.
	 * @param lag the monitor that all plans share
	 */
	public LagEngine(ReplicationLag lag) {
		Assert.notNull(lag, "'lag' must not be null");
		this.lag = lag;
	}

	@Override
	public synchronized void tick(DerivedPlan plan, PlanState state) {
		if (state.phase().isMirrored()) {
			this.plans.add(plan.id());
		}
		else {
			this.plans.remove(plan.id());
		}
		this.lag.run(!this.plans.isEmpty());
	}

	@Override
	public void observe(DerivedPlan plan, PlanState state) {
		tick(plan, state);
	}

	@Override
	public boolean worksForPurges() {
		return true;
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (from != MigrationPhase.BACKFILL || to != MigrationPhase.DUAL_READ) {
			return List.of();
		}
		Duration limit = plan.plan().backfill().maxReplicationLag();
		String reason = reason(limit);
		return List.of(Gate.waiting("replication-lag", reason == null, value(), seconds(limit),
				(reason != null) ? reason + "; wait until the replica has caught up, or see to it" : ""));
	}

	private @Nullable String reason(Duration limit) {
		try {
			return this.lag.reason(limit);
		}
		catch (IllegalStateException ex) {
			return ex.getMessage();
		}
	}

	private String value() {
		List<Replica> replicas = this.lag.replicas();
		if (replicas.isEmpty()) {
			return "no replica";
		}
		Duration highest = Duration.ZERO;
		for (Replica replica : replicas) {
			Duration measured = replica.lag();
			if (measured == null) {
				return "unknown";
			}
			highest = (measured.compareTo(highest) > 0) ? measured : highest;
		}
		return seconds(highest);
	}

	private static String seconds(Duration duration) {
		return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		if (status.state().phase().isMirrored()) {
			status.replication(new ReplicationStatus(this.lag.replicas(), plan.plan().backfill().maxReplicationLag()));
		}
	}

	@Override
	public void start() {
		this.lag.start();
	}

	@Override
	public void stop() {
		this.lag.stop();
	}

}
