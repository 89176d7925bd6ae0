package dev.parallelchange.migration.contract;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import dev.parallelchange.migration.ContractStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.MigrationThreads;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.PlanState;

/**
 * Watches who still uses a source, hides it in {@code CONTRACT}, drops it in
 * {@code COMPLETED}, and tells what is left.
 */
public final class ContractEngine implements MigrationEngine {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final SourceStore sources;

	private final SourceUse use;

	private final ContractGates gates;

	private final Leftovers leftovers;

	private final MigrationListener listener;

	private final MigrationThreads threads = new MigrationThreads(() -> Executors
		.newSingleThreadExecutor((work) -> new MigrationThread(Work.BULK, work, "migration-contract")));

	private final Map<String, Preview> previews = new ConcurrentHashMap<>();

	private final Map<String, SourceWork> works = new ConcurrentHashMap<>();

	/**
	 * Create the engine.
	 * @param sources hides and drops sources
	 * @param dependents finds what stands in the way
	 * @param watch watches who uses a source table
	 * @param leftovers finds what is left in the database
	 * @param repositories returns the names of a plan's repositories in this application
	 * @param flags the flags
	 * @param listener observes rare things
	 */
	public ContractEngine(SourceStore sources, SourceDependents dependents, SourceWatch watch, LeftoverStore leftovers,
			Function<String, List<String>> repositories, MigrationFlags flags, MigrationListener listener) {
		this.sources = sources;
		this.use = new SourceUse(watch);
		this.gates = new ContractGates(sources, dependents, this.use);
		this.leftovers = new Leftovers(leftovers, repositories, flags);
		this.listener = listener;
	}

	@Override
	public void tick(DerivedPlan plan, PlanState state) {
		this.gates.saw(plan, state);
		boolean watched = state.phase() == MigrationPhase.CUTOVER && plan.shape() == PlanShape.MOVED_TABLE
				&& plan.plan().contract().drops();
		if (!watched && !state.phase().isAtLeast(MigrationPhase.CONTRACT)) {
			return;
		}
		SourceWork work = this.works.computeIfAbsent(plan.id(), (id) -> new SourceWork(this.sources));
		if (!work.start()) {
			return;
		}
		try {
			this.threads.execute(() -> run(work, plan, state));
		}
		catch (RejectedExecutionException ex) {
			work.finish();
		}
	}

	private void run(SourceWork work, DerivedPlan plan, PlanState state) {
		try {
			if (state.phase() == MigrationPhase.CUTOVER) {
				this.use.look(plan, state.epoch());
				work.succeeded();
			}
			else {
				work.run(plan, state.phase()).ifPresent((changed) -> tell(plan, changed));
			}
		}
		catch (RuntimeException ex) {
			if (!this.threads.isStopped() && work.failed(ex)) {
				this.listener
					.onEvent(new MigrationEvent.ActivityFailed(plan.id(), "give up the source", work.lastError()));
			}
		}
		finally {
			work.finish();
		}
	}

	private void tell(DerivedPlan plan, StoredSource changed) {
		this.listener.onEvent(new MigrationEvent.SourceChanged(plan.id(), changed.source(), changed.names().keySet()));
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		return this.gates.gates(plan, from, to);
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		PlanState state = status.state();
		if (!state.phase().isAtLeast(MigrationPhase.CONTRACT)) {
			status.contractScript(preview(plan));
			return;
		}
		this.sources.read(plan).ifPresent((stored) -> {
			SourceWork work = this.works.get(plan.id());
			status.contract(new ContractStatus(plan.plan().contract().source(), stored.source(), stored.wanted(),
					stored.since(), stored.names(), (work != null) ? work.error() : null));
		});
		if (state.phase() == MigrationPhase.COMPLETED) {
			status.leftovers(this.leftovers.of(plan, state));
		}
	}

	/**
	 * Plans are derived again when their tables are altered, and not before.
	 */
	private List<String> preview(DerivedPlan plan) {
		if (!plan.plan().contract().drops()) {
			return List.of();
		}
		Preview known = this.previews.get(plan.id());
		if (known == null || known.plan() != plan) {
			known = new Preview(plan, this.sources.preview(plan));
			this.previews.put(plan.id(), known);
		}
		return known.statements();
	}

	@Override
	public void start() {
		this.threads.start();
	}

	@Override
	public void stop() {
		this.threads.stop(PATIENCE);
	}

	private record Preview(DerivedPlan plan, List<String> statements) {

	}

}
