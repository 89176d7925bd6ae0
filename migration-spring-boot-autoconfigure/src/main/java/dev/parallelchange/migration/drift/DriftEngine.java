package dev.parallelchange.migration.drift;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DriftStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;

/**
 * Records a plan's tables when it begins to be mirrored, compares them with what they are
 * later, and closes the steps that a change endangers.
 */
public final class DriftEngine implements MigrationEngine {

	private final DriftStore store;

	private final Duration interval;

	private final MigrationListener listener;

	private final Map<String, Look> looks = new ConcurrentHashMap<>();

	/**
	 * Create the engine.
	 * @param store looks at tables and keeps how they were
	 * @param interval the time between two looks
	 * @param listener is told of changes
	 */
	public DriftEngine(DriftStore store, Duration interval, MigrationListener listener) {
		this.store = store;
		this.interval = interval;
		this.listener = listener;
	}

	@Override
	public void tick(DerivedPlan plan, PlanState state) {
		if (!state.phase().isMirrored()) {
			this.looks.remove(plan.id());
			return;
		}
		Look last = this.looks.get(plan.id());
		long now = System.nanoTime();
		if (last == null || last.epoch() != state.epoch() || now - last.at() >= this.interval.toNanos()) {
			this.looks.put(plan.id(), new Look(state.epoch(), now));
			look(plan);
		}
	}

	/**
	 * A change may be what keeps this instance from its work.
	 */
	@Override
	public void suspend(DerivedPlan plan, PlanState state) {
		tick(plan, state);
	}

	private void look(DerivedPlan plan) {
		TableState now = this.store.look(plan);
		StoredDrift stored = this.store.read(plan.id()).orElse(null);
		if (stored == null) {
			this.store.record(plan, now);
		}
		else if (!now.equals(stored.seen()) && this.store.saw(plan, stored.seen(), now)) {
			List<String> before = stored.differences(plan.plan().finish());
			List<String> differences = now.differencesFrom(stored.recorded(), plan.plan().finish())
				.stream()
				.map(Difference::toString)
				.toList();
			if (!differences.equals(before)) {
				this.listener.onEvent(new MigrationEvent.TablesChanged(plan.id(), differences));
			}
		}
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (!from.isMirrored() || !to.isAtLeast(from)) {
			return List.of();
		}
		return this.store.read(plan.id()).map((stored) -> List.of(gate(plan, stored, to))).orElse(List.of());
	}

	private Gate gate(DerivedPlan plan, StoredDrift stored, MigrationPhase to) {
		TableState now = this.store.look(plan);
		List<Difference> all = now.differencesFrom(stored.recorded(), plan.plan().finish());
		List<String> dangers = dangers(all, List.of(to), stored.isVerified(now));
		return Gate.of("drift", dangers.isEmpty(),
				dangers.isEmpty()
						? all.size() + " changes of the tables, none that endangers it" : String.join("; ", dangers),
				"no change that endangers " + to,
				"undo it, or accept it: %s. What the target refuses or changes, and what a partition brings, is no danger either once a full pass has found all rows equal: %s"
					.formatted(Gate.request(plan.id(), "\"drift\": \"accept\""),
							Gate.request(plan.id(), "\"reconcile\": \"verify\"")));
	}

	private static List<String> dangers(List<Difference> all, List<MigrationPhase> ahead, boolean verified) {
		return all.stream()
			.filter((difference) -> ahead.stream().anyMatch((to) -> endangers(difference, to, verified)))
			.map(Difference::toString)
			.toList();
	}

	/**
	 * Without its key, a mirror would write rows twice, and rows that are hidden are
	 * neither copied nor compared. What the target refuses or changes matters before
	 * reads rely on it, what the source refuses or changes before it only follows.
	 */
	private static boolean endangers(Difference difference, MigrationPhase to, boolean verified) {
		if (difference.losesTheKey() || difference.hidesRows()) {
			return true;
		}
		boolean target = difference.concernsRowsOf("target") || difference.concernsRowsOf("table")
				|| difference.movesRows();
		if (target && to.isAtLeast(MigrationPhase.DUAL_READ)) {
			return !verified;
		}
		return difference.concernsRowsOf("source") && to == MigrationPhase.CUTOVER;
	}

	/**
	 * The tables are looked at now, since no instance may be live that does.
	 */
	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		MigrationPhase phase = status.state().phase();
		if (phase.isMirrored()) {
			this.store.read(plan.id()).ifPresent((stored) -> status.drift(drift(plan, stored, phase)));
		}
	}

	private DriftStatus drift(DerivedPlan plan, StoredDrift stored, MigrationPhase phase) {
		TableState now = this.store.look(plan);
		List<Difference> all = now.differencesFrom(stored.recorded(), plan.plan().finish());
		List<MigrationPhase> ahead = Arrays.stream(MigrationPhase.values())
			.filter((other) -> other != phase && other.isAtLeast(phase))
			.toList();
		return new DriftStatus(stored.recordedAt(), stored.changedAt(), all.stream().map(Difference::toString).toList(),
				dangers(all, ahead, stored.isVerified(now)));
	}

	private record Look(long epoch, long at) {

	}

}
