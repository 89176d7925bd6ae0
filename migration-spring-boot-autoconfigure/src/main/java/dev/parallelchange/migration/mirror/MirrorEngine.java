package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.MigrationThreads;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.MirrorStatus;
import dev.parallelchange.migration.PlanState;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * Keeps the triggers of plans in line with their phases and applies pending keys.
 */
public final class MirrorEngine implements MigrationEngine, EagerApplication {

	private static final int THREADS = 2;

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final MirrorTriggers triggers;

	private final PendingKeys pending;

	private final MirrorGates gates;

	private final PendingApplier applier;

	private final MigrationListener listener;

	private final Map<String, String> errors = new ConcurrentHashMap<>();

	private final MirrorCounts counts;

	private final MirrorBreakers breakers;

	private final AcrossWork across;

	private final MigrationThreads threads = new MigrationThreads(
			() -> Executors.newFixedThreadPool(THREADS, MigrationThread.factory(Work.MIRROR, "migration-mirror-")));

	private final Map<String, PlanWork> works = new ConcurrentHashMap<>();

	/**
	 * Create the engine.
	 * @param triggers creates and drops triggers
	 * @param pending holds pending keys
	 * @param foreignKeys finds foreign keys that stand in the way
	 * @param listener observes rare things
	 * @param counts the counts of the transaction mirror
	 * @param breakers the circuit breakers of the transaction mirror
	 * @param across what is done besides for plans across databases
	 */
	public MirrorEngine(MirrorTriggers triggers, PendingKeys pending, ForeignKeys foreignKeys,
			MigrationListener listener, MirrorCounts counts, MirrorBreakers breakers, AcrossWork across) {
		this.triggers = triggers;
		this.pending = pending;
		this.gates = new MirrorGates(triggers, pending, foreignKeys, across, this::triggersError);
		this.applier = new PendingApplier(pending, listener, breakers);
		this.listener = listener;
		this.counts = counts;
		this.breakers = breakers;
		this.across = across;
	}

	@Override
	public void tick(DerivedPlan plan, PlanState state) {
		PlanWork work = this.works.computeIfAbsent(plan.id(), (id) -> new PlanWork(this.triggers, this.applier));
		work.know(state);
		start(plan, work, work::run);
	}

	@Override
	public void suspend(DerivedPlan plan, PlanState state) {
		PlanWork work = this.works.get(plan.id());
		if (work != null) {
			work.know(PlanState.initial(plan.id()));
		}
	}

	@Override
	public void applySoon(DerivedPlan plan) {
		PlanWork work = this.works.get(plan.id());
		if (work != null) {
			work.ask();
			start(plan, work, work::apply);
		}
	}

	private void start(DerivedPlan plan, PlanWork work, BiConsumer<DerivedPlan, PlanState> task) {
		PlanState state = work.start();
		if (state == null) {
			return;
		}
		try {
			this.threads.execute(() -> run(plan, work, state, task));
		}
		catch (RejectedExecutionException ex) {
			work.finish();
		}
	}

	private void run(DerivedPlan plan, PlanWork work, PlanState state, BiConsumer<DerivedPlan, PlanState> task) {
		try {
			work.answer();
			this.across.run(plan, state);
			task.accept(plan, state);
			this.errors.remove(plan.id());
		}
		catch (RuntimeException ex) {
			if (!this.threads.isStopped()) {
				String error = String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
				if (!error.equals(this.errors.put(plan.id(), error))) {
					this.listener.onEvent(new MigrationEvent.ActivityFailed(plan.id(), "mirror", error));
				}
			}
		}
		finally {
			work.finish();
		}
		if (work.isAsked()) {
			start(plan, work, work::apply);
		}
	}

	private @Nullable String triggersError(String planId) {
		PlanWork work = this.works.get(planId);
		return (work != null) ? work.triggersError() : null;
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		return this.gates.gates(plan, from, to);
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		PendingKeys.Figures figures = this.pending.figures(plan);
		PlanState state = status.state();
		boolean active = (plan.mirror() == MirrorKind.TRIGGERS) ? this.triggers.installed(plan)
				: state.phase().isMirrored();
		status.mirror(new MirrorStatus(plan.mirror(), active, state.writesDeferred(), this.counts.mirrored(plan.id()),
				this.counts.failed(plan.id()), figures.toTarget(), figures.toSource(), figures.oldest().orElse(null),
				figures.lastError(), (figures.lastError() != null) ? this.pending.refused(plan) : List.of(),
				this.breakers.state(plan.id()), this.across.jointTransactions(plan)));
	}

	@Override
	public boolean hasDrained(String planId, long epoch) {
		PlanWork work = this.works.get(planId);
		return work == null || work.hasDrained(epoch);
	}

	@Override
	public void start() {
		this.threads.start();
	}

	@Override
	public void stop() {
		this.threads.stop(PATIENCE);
	}

}
