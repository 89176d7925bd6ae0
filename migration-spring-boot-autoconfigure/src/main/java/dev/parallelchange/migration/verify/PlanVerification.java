package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent.ActivityFailed;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.verify.PassSchedule.NextPass;

/**
 * This instance's share in the passes of one plan: at most one thread at a time.
 */
final class PlanVerification {

	private static final int MAX_BACKOFF_SECONDS = 60;

	private final VerificationStore store;

	private final CopyCompletion copy;

	private final MigrationListener listener;

	private final PassRunner runner;

	private final ConflictResolution conflicts;

	private final ChunkSize size = new ChunkSize();

	private final AtomicBoolean busy = new AtomicBoolean();

	private final AtomicBoolean resolving = new AtomicBoolean();

	private volatile PlanState state = PlanState.initial("");

	private volatile boolean suspended;

	private volatile boolean stopped;

	private volatile int failures;

	private volatile long notBefore = System.nanoTime();

	PlanVerification(VerificationStore store, CopyCompletion copy, MigrationListener listener,
			Consumer<Duration> pause) {
		this.store = store;
		this.copy = copy;
		this.listener = listener;
		this.runner = new PassRunner(store, listener, pause);
		this.conflicts = new ConflictResolution(store);
	}

	void tick(DerivedPlan plan, PlanState state, Executor executor) {
		this.state = state;
		this.suspended = false;
		boolean due = PassSchedule.isVerified(state.phase()) && !PassSchedule.isPaused(state)
				&& System.nanoTime() - this.notBefore >= 0;
		if (due) {
			start(this.busy, executor, plan, () -> verify(plan, state));
		}
		Reconciliation asked = state.reconcile();
		if (due && asked != null && asked.kept() != null) {
			start(this.resolving, executor, plan,
					() -> this.conflicts.resolve(plan, state, asked, () -> isCurrent(state)));
		}
	}

	private void start(AtomicBoolean running, Executor executor, DerivedPlan plan, Runnable work) {
		if (!running.compareAndSet(false, true)) {
			return;
		}
		try {
			executor.execute(() -> run(running, plan, work));
		}
		catch (RejectedExecutionException ex) {
			running.set(false);
		}
	}

	/**
	 * Leave the running pass after its current chunk.
	 */
	void suspend() {
		this.suspended = true;
	}

	void stop() {
		this.stopped = true;
	}

	private void run(AtomicBoolean running, DerivedPlan plan, Runnable work) {
		try {
			work.run();
			this.failures = 0;
		}
		catch (RuntimeException ex) {
			if (!this.stopped) {
				failed(plan, ex);
			}
		}
		finally {
			running.set(false);
		}
	}

	private boolean isCurrent(PlanState begun) {
		return !this.stopped && !this.suspended && this.state.epoch() == begun.epoch()
				&& !PassSchedule.isPaused(this.state);
	}

	private void verify(DerivedPlan plan, PlanState begun) {
		PassOverview overview = this.store.overview(plan);
		if (overview.epoch() != begun.epoch()) {
			return;
		}
		Pass running = overview.running();
		if (running == null || running.epoch() != overview.epoch()) {
			NextPass next = PassSchedule.next(plan, begun.phase(), overview, this.copy.finishedAt(plan));
			if (next == null || !next.isDue(overview.now())) {
				return;
			}
			Retries.of(plan).invoke(() -> this.store.begin(plan, overview, next.repair()));
		}
		this.runner.run(plan, begun, this.size, () -> isCurrent(begun));
	}

	private void failed(DerivedPlan plan, RuntimeException ex) {
		int failed = this.failures + 1;
		this.failures = failed;
		long delay = Math.min(MAX_BACKOFF_SECONDS, 1L << Math.min(failed, 6));
		this.notBefore = System.nanoTime() + Duration.ofSeconds(delay).toNanos();
		this.listener.onEvent(new ActivityFailed(plan.id(), "compare both sides", StatementFailure.of(ex).error()));
	}

}
