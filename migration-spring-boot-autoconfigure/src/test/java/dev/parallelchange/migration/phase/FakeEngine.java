package dev.parallelchange.migration.phase;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;

/**
 * An engine whose gates a test opens and closes.
 */
class FakeEngine implements MigrationEngine {

	final Map<MigrationPhase, Gate> gates = new ConcurrentHashMap<>();

	final List<PlanState> ticks = new ArrayList<>();

	volatile boolean drained = true;

	volatile boolean stopped;

	volatile int suspended;

	volatile Runnable whenMeasured = () -> {
	};

	void close(MigrationPhase entering, String name) {
		this.gates.put(entering, Gate.of(name, false, 98.5, 99.99, "repair"));
	}

	void closeWaiting(MigrationPhase entering, String name) {
		this.gates.put(entering, Gate.waiting(name, false, "63 %", "100 %", "wait"));
	}

	void open(MigrationPhase entering) {
		this.gates.remove(entering);
	}

	@Override
	public void tick(DerivedPlan plan, PlanState state) {
		this.ticks.add(state);
	}

	@Override
	public void suspend(DerivedPlan plan, PlanState state) {
		this.suspended++;
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		this.whenMeasured.run();
		Gate gate = this.gates.get(to);
		return List.of((gate != null) ? gate : Gate.of("parity", true, 100, 99.99, ""));
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		status.backfill(new BackfillStatus(BackfillStatus.State.RUNNING, 63, 63, 100, 0.63, 1, null, 10, 1, null, 0,
				null, 0, List.of(), List.of()));
	}

	@Override
	public boolean hasDrained(String planId, long epoch) {
		return this.drained;
	}

	@Override
	public void stop() {
		this.stopped = true;
	}

}
