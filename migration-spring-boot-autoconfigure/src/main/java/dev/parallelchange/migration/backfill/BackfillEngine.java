package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PurgeStatus;
import dev.parallelchange.migration.ThrottleSignal;
import dev.parallelchange.migration.StatementFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Copies the existing rows of the plans that are in {@link MigrationPhase#BACKFILL}.
 */
public final class BackfillEngine implements MigrationEngine {

	private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

	private final BackfillStore store;

	private final MigrationFlags flags;

	private final MigrationListener listener;

	private final Throttle throttle;

	private final RuntimeLimit runtime;

	private final int maxWorkers;

	private final Map<String, CopyRun> runs = new ConcurrentHashMap<>();

	private final Queue<CopyRun> leaving = new ConcurrentLinkedQueue<>();

	private final Map<String, Long> resetEpochs = new ConcurrentHashMap<>();

	private volatile boolean stopped;

	/**
	 * Create the engine.
	 * @param store keeps progress and copies chunks
	 * @param signals reasons to pause
	 * @param flags decides whether copies may run
	 * @param listener is told what happens
	 */
	public BackfillEngine(BackfillStore store, List<ThrottleSignal> signals, MigrationFlags flags,
			MigrationListener listener) {
		this(store, signals, flags, listener, Integer.MAX_VALUE);
	}

	/**
	 * Create the engine of an instance that may not use as many connections as it likes.
	 * @param store keeps progress and copies chunks
	 * @param signals reasons to pause
	 * @param flags decides whether copies may run
	 * @param listener is told what happens
	 * @param maxWorkers the workers of a plan that make sense at most; others would only
	 * wait for a connection, with their next chunk already begun
	 */
	public BackfillEngine(BackfillStore store, List<ThrottleSignal> signals, MigrationFlags flags,
			MigrationListener listener, int maxWorkers) {
		this(store, new Throttle(signals, Duration.ofSeconds(1), Duration.ofSeconds(15)), flags, listener, maxWorkers);
	}

	BackfillEngine(BackfillStore store, Throttle throttle, MigrationFlags flags, MigrationListener listener) {
		this(store, throttle, flags, listener, Integer.MAX_VALUE);
	}

	private BackfillEngine(BackfillStore store, Throttle throttle, MigrationFlags flags, MigrationListener listener,
			int maxWorkers) {
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(flags, "'flags' must not be null");
		Assert.notNull(listener, "'listener' must not be null");
		this.store = store;
		this.throttle = throttle;
		this.runtime = new RuntimeLimit(store, listener);
		this.flags = flags;
		this.listener = listener;
		this.maxWorkers = maxWorkers;
	}

	@Override
	public synchronized void tick(DerivedPlan plan, PlanState state) {
		this.leaving.removeIf((run) -> !run.isAlive());
		CopyRun run = this.runs.get(plan.id());
		if (plan.isPurge() && state.phase() == MigrationPhase.BACKFILL && state.reconcile() != null) {
			this.store.recount(plan.id());
		}
		if (run != null && (state.phase() != MigrationPhase.BACKFILL || !run.plan().equals(plan) || isReopened(run))) {
			leave(run);
			run = null;
		}
		if (state.phase() == MigrationPhase.BACKFILL && !this.stopped) {
			run = (run != null) ? run : enter(plan, state);
			run.tick(state);
			this.runtime.check(plan);
		}
		else if (!state.phase().isAtLeast(MigrationPhase.DUAL_WRITE)) {
			reset(plan, state);
		}
	}

	@Override
	public synchronized void suspend(DerivedPlan plan, PlanState state) {
		CopyRun run = this.runs.get(plan.id());
		if (run != null) {
			leave(run);
		}
		this.leaving.removeIf((left) -> !left.isAlive());
	}

	/**
	 * Whether rows have been found after this instance had done its part.
	 */
	private boolean isReopened(CopyRun run) {
		if (!run.plan().isPurge() || !run.isFinished()) {
			return false;
		}
		BackfillProgress progress = this.store.progress(run.plan());
		return progress != null && !progress.finished();
	}

	private CopyRun enter(DerivedPlan plan, PlanState state) {
		this.throttle.watch(plan);
		CopyRun run = new CopyRun(plan, state, this.store, this.throttle, this.flags, this.listener, this.maxWorkers);
		this.runs.put(plan.id(), run);
		run.start();
		return run;
	}

	private void leave(CopyRun run) {
		this.runs.remove(run.plan().id());
		this.throttle.unwatch(run.plan().id());
		this.leaving.add(run);
		run.end();
	}

	// Without a mirror rows change unnoticed: what has been copied says nothing any more.
	private void reset(DerivedPlan plan, PlanState state) {
		Long epoch = this.resetEpochs.get(plan.id());
		if (epoch != null && epoch == state.epoch()) {
			return;
		}
		try {
			this.store.reset(plan.id());
			this.resetEpochs.put(plan.id(), state.epoch());
		}
		catch (RuntimeException ex) {
			this.listener.onEvent(new MigrationEvent.ActivityFailed(plan.id(), "reset of the backfill",
					StatementFailure.of(ex).publicError()));
		}
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (from != MigrationPhase.BACKFILL || !to.isAtLeast(from) || to == from) {
			return List.of();
		}
		BackfillProgress progress = this.store.progress(plan);
		boolean open = progress != null && progress.finished() && !progress.changed();
		Gate copied = Gate.waiting("backfill", open, value(progress),
				plan.isPurge() ? "no row matches" : "all rows copied", remedy(plan, progress));
		return RuntimeLimit.isSet(plan) ? List.of(copied, this.runtime.gate(plan, progress)) : List.of(copied);
	}

	private static String value(@Nullable BackfillProgress progress) {
		if (progress == null) {
			return "not begun";
		}
		PurgeStatus purge = progress.purge();
		if (purge != null) {
			return "%d rows deleted; %d matched at %s".formatted(progress.rowsWritten(), purge.left(),
					purge.countedAt().truncatedTo(ChronoUnit.SECONDS));
		}
		return String.format(Locale.ROOT, "%.1f %% of %d rows", progress.share() * 100,
				progress.finished() ? progress.rowsDone() : progress.rowsEstimated());
	}

	private String remedy(DerivedPlan plan, @Nullable BackfillProgress progress) {
		if (progress != null && progress.changed()) {
			return "the copy began with another definition of the plan; see 'definition' of GET /actuator/migrations/"
					+ plan.id();
		}
		CopyRun run = this.runs.get(plan.id());
		String reason = (run != null) ? run.pauseReason() : null;
		String work = plan.isPurge() ? "purge" : "copy";
		return (reason != null) ? "the %s is paused: %s".formatted(work, reason)
				: "wait until the %s has finished".formatted(work);
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		BackfillProgress progress = this.store.progress(plan);
		if (progress != null) {
			status.backfill(status(plan, status.state(), progress));
		}
		else {
			String reason = pauseReason(this.runs.get(plan.id()), status.state());
			if (reason != null) {
				status.backfill(new BackfillStatus(BackfillStatus.State.PAUSED, 0, 0, 0, 0, 0, null,
						plan.plan().backfill().batchSize(), 0, reason, 0, null, 0, List.of(),
						this.throttle.signals(plan.id())));
			}
		}
	}

	private static @Nullable String pauseReason(@Nullable CopyRun run, PlanState state) {
		return (run != null) ? run.pauseReason(state) : state.pauseReason();
	}

	private BackfillStatus status(DerivedPlan plan, PlanState state, BackfillProgress progress) {
		CopyRun run = this.runs.get(plan.id());
		String reason = pauseReason(progress.finished() ? null : run, state);
		BackfillStatus.State copyState = CopyState.of(progress, reason,
				(run != null) ? run.runningTime() : Duration.ZERO);
		double rate = (copyState == BackfillStatus.State.RUNNING) ? progress.rowsPerSecond() : 0;
		int chunkSize = (run != null) ? run.chunkSize().rows() : plan.plan().backfill().batchSize();
		return new BackfillStatus(copyState, progress.rowsDone(), progress.rowsWritten(), progress.rowsEstimated(),
				progress.share(), rate, CopyState.eta(progress, rate), chunkSize,
				(run != null) ? run.copying().get() : 0, progress.finished() ? state.pauseReason() : reason,
				progress.failedChunks(), progress.lastError(), progress.quarantined(), progress.quarantine(),
				this.throttle.signals(plan.id()), progress.purge());
	}

	@Override
	public boolean worksForPurges() {
		return true;
	}

	@Override
	public synchronized boolean hasDrained(String planId, long epoch) {
		return this.leaving.stream().noneMatch((run) -> run.plan().id().equals(planId) && run.isAlive());
	}

	@Override
	public synchronized void start() {
		this.throttle.start();
		this.stopped = false;
	}

	@Override
	public void stop() {
		synchronized (this) {
			this.stopped = true;
			List.copyOf(this.runs.values()).forEach(this::leave);
		}
		this.throttle.stop();
		long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
		for (CopyRun run : this.leaving) {
			run.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
		}
	}

}
