package dev.parallelchange.migration.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Runs the expand scripts of a plan in {@code EXPAND}, undoes them in {@code OFF}, and
 * runs its contract scripts in {@code CONTRACT}.
 */
public final class ScriptEngine implements MigrationEngine {

	private static final Log logger = LogFactory.getLog(ScriptEngine.class);

	private final Map<String, List<ScriptWork>> works = new ConcurrentHashMap<>();

	private final ScriptReviews reviews;

	private final ScriptGates gates;

	private final ScriptThreads threads;

	private final TargetScripts targets;

	/**
	 * Create the engine.
	 * @param sources the scripts of all plans
	 * @param tool runs them
	 * @param store sees that one instance at a time does
	 * @param database the database that they run in
	 * @param targets writes what a plan without scripts could run
	 * @param listener is told of failures
	 */
	public ScriptEngine(List<ScriptSource> sources, ScriptTool tool, ScriptStore store, ScriptDatabase database,
			TargetScripts targets, MigrationListener listener) {
		sources.forEach((source) -> this.works.computeIfAbsent(source.planId(), (id) -> new ArrayList<>())
			.add(new ScriptWork(source, tool, store, database)));
		this.targets = targets;
		this.reviews = new ScriptReviews(database);
		this.gates = new ScriptGates(store, this.reviews);
		this.threads = new ScriptThreads("migration-scripts-", "run scripts", listener);
	}

	@Override
	public boolean worksWithoutTarget() {
		return true;
	}

	@Override
	public void tick(DerivedPlan plan, PlanState state) {
		for (ScriptWork work : works(plan)) {
			work.enter(state, plan.tables());
			if (!work.isDone(state.phase()) && work.start()) {
				this.threads.execute(work, () -> run(work, plan, state.phase()));
			}
		}
	}

	@Override
	public void observe(DerivedPlan plan, PlanState state) {
		for (ScriptWork work : works(plan)) {
			work.enter(state, plan.tables());
			work.look(plan.plan().safety(), plan.plan().scripts().observe());
		}
	}

	private void run(ScriptWork work, DerivedPlan plan, MigrationPhase phase) {
		if (plan.plan().scripts().observe()) {
			work.observe(plan.plan().safety());
		}
		work.run(phase, plan.plan().safety(), this.reviews.isClean(work));
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		return works(plan).stream().flatMap((work) -> this.gates.of(work, from, to).stream()).toList();
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		if (this.works.containsKey(plan.id())) {
			status.scripts(works(plan).stream().flatMap((work) -> this.gates.statuses(work).stream()).toList());
		}
	}

	/**
	 * Mostly a plan whose target is missing: what would create it is worth a look.
	 */
	@Override
	public void reportUnderived(MigrationPlan plan, MigrationStatus.Builder status) {
		if (this.works.containsKey(plan.id())) {
			return;
		}
		try {
			status.scripts(ScriptGates.proposed(DerivedScripts.proposed(plan, this.targets)));
		}
		catch (InvalidPlanException ex) {
			logger.debug("Plan '%s': nothing can be proposed for its target".formatted(plan.id()), ex);
		}
	}

	private List<ScriptWork> works(DerivedPlan plan) {
		return this.works.getOrDefault(plan.id(), List.of());
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
