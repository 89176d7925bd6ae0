package dev.parallelchange.migration.script;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.PlanState;

/**
 * Adds to a target in {@code BACKFILL} what it is to refuse in the end, by the same means
 * as scripts are run.
 */
public final class FinishEngine implements MigrationEngine {

	private final FinishCatalog catalog;

	private final ScriptStore store;

	private final ScriptDatabase database;

	private final FinishGate gate;

	private final Map<String, ScriptWork> works = new ConcurrentHashMap<>();

	private final ScriptThreads threads;

	/**
	 * Create the engine.
	 * @param catalog knows what is there
	 * @param store sees that one instance at a time does it
	 * @param database the database of the plans
	 * @param listener is told of failures
	 */
	public FinishEngine(FinishCatalog catalog, ScriptStore store, ScriptDatabase database, MigrationListener listener) {
		this.catalog = catalog;
		this.store = store;
		this.database = database;
		this.gate = new FinishGate(catalog, store);
		this.threads = new ScriptThreads("migration-finish-", "add finishing touches", listener);
	}

	@Override
	public void tick(DerivedPlan plan, PlanState state) {
		if (state.phase() != MigrationPhase.BACKFILL || plan.plan().finish().isEmpty()) {
			this.works.remove(plan.id());
			return;
		}
		ScriptWork work = work(plan);
		work.enter(state);
		if (work.isDone(MigrationPhase.BACKFILL) || !work.start()) {
			return;
		}
		this.threads.execute(work, () -> run(work, plan));
	}

	private ScriptWork work(DerivedPlan plan) {
		ScriptSet set = new FinishTouches(plan).scripts();
		ScriptWork work = this.works.get(plan.id());
		if (work == null || !work.set().equals(set)) {
			work = new ScriptWork(set, new FinishTool(plan, this.catalog), this.store, this.database);
			this.works.put(plan.id(), work);
		}
		return work;
	}

	private void run(ScriptWork work, DerivedPlan plan) {
		if (this.catalog.isReady(plan)) {
			work.run(MigrationPhase.BACKFILL, plan.plan().safety(), true);
		}
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (plan.plan().finish().isEmpty()) {
			return List.of();
		}
		if (from == MigrationPhase.BACKFILL && to == MigrationPhase.DUAL_READ) {
			return List.of(this.gate.forward(plan));
		}
		boolean mirrorEnds = from == MigrationPhase.DUAL_WRITE && to == MigrationPhase.EXPAND;
		return (mirrorEnds && plan.shape() == PlanShape.COLUMN) ? List.of(this.gate.back(plan)) : List.of();
	}

	@Override
	public void start() {
		this.threads.start();
	}

	@Override
	public void stop() {
		this.threads.stop();
	}

}
