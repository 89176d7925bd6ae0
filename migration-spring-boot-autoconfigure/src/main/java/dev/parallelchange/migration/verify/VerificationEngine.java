package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.MigrationThreads;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.VerificationStatus;
import dev.parallelchange.migration.verify.PassSchedule.NextPass;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Compares both sides of plans in full passes, repairs what differs after the copy, and
 * keeps the gates that rest on it.
 */
public final class VerificationEngine implements MigrationEngine {

	private static final int SAMPLES = 20;

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

	private final VerificationStore store;

	private final CopyCompletion copy;

	private final MigrationListener listener;

	private final VerificationGates gates;

	private final LookupCheck lookups;

	private final Map<String, PlanVerification> plans = new ConcurrentHashMap<>();

	private final MigrationThreads threads = new MigrationThreads(
			() -> Executors.newCachedThreadPool(MigrationThread.factory(Work.BULK, "migration-verify-")));

	private volatile CountDownLatch stopped = new CountDownLatch(1);

	/**
	 * Create an engine for plans that look up no tables.
	 * @param store where passes are kept and rows compared
	 * @param copy tells when a plan's copy has ended
	 * @param listener is told of divergences and failures
	 */
	public VerificationEngine(VerificationStore store, CopyCompletion copy, MigrationListener listener) {
		this(store, copy, (plan) -> List.of(), listener);
	}

	/**
	 * Create the engine; nothing runs before the first tick.
	 * @param store where passes are kept and rows compared
	 * @param copy tells when a plan's copy has ended
	 * @param lookups notices that looked-up tables have been written
	 * @param listener is told of divergences and failures
	 */
	public VerificationEngine(VerificationStore store, CopyCompletion copy, LookupWatch lookups,
			MigrationListener listener) {
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(copy, "'copy' must not be null");
		Assert.notNull(listener, "'listener' must not be null");
		this.store = store;
		this.copy = copy;
		this.listener = listener;
		this.gates = new VerificationGates(store, copy);
		this.lookups = new LookupCheck(lookups, listener);
	}

	@Override
	public void tick(DerivedPlan plan, PlanState state) {
		if (this.stopped.getCount() > 0) {
			if (PassSchedule.isVerified(state.phase())) {
				this.lookups.tick(plan, this.threads);
			}
			this.plans
				.computeIfAbsent(plan.id(),
						(id) -> new PlanVerification(this.store, this.copy, this.listener, this::pause))
				.tick(plan, state, this.threads);
		}
	}

	@Override
	public void suspend(DerivedPlan plan, PlanState state) {
		PlanVerification verification = this.plans.get(plan.id());
		if (verification != null) {
			verification.suspend();
		}
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		return this.gates.gates(plan, from, to);
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		PassOverview overview = this.store.overview(plan);
		if (overview.last() != null || overview.running() != null) {
			status.verification(status(plan, status.state(), overview));
		}
	}

	@Override
	public void start() {
		if (this.threads.isStopped()) {
			this.plans.clear();
			this.threads.start();
			this.stopped = new CountDownLatch(1);
		}
	}

	@Override
	public void stop() {
		this.stopped.countDown();
		this.plans.values().forEach(PlanVerification::stop);
		this.threads.stop(STOP_TIMEOUT);
	}

	private VerificationStatus status(DerivedPlan plan, PlanState state, PassOverview overview) {
		Pass last = overview.last();
		NextPass next = PassSchedule.next(plan, state.phase(), overview, this.copy.finishedAt(plan));
		String note = (next != null && !next.isDue(overview.now())) ? next.note() : null;
		if (PassSchedule.isPaused(state)) {
			note = "paused: " + state.pauseReason();
		}
		Double running = running(overview);
		if (last == null) {
			return new VerificationStatus(null, 0, 0, 0, 0, 0, null, false, running, List.of(), 0, note,
					overview.lookupsWritten(), 0);
		}
		return new VerificationStatus(last.parity(), last.compared(), last.missing(), last.orphan(), last.different(),
				last.repaired(), last.finishedAt(), last.isClean(), running, this.store.samples(plan, SAMPLES),
				last.unconfirmed(), note, overview.lookupsWritten(), this.store.conflicts(plan));
	}

	private static @Nullable Double running(PassOverview overview) {
		Pass pass = overview.running();
		return (pass != null) ? Math.min(1.0, (double) pass.compared() / Math.max(1, pass.rowsEstimated())) : null;
	}

	private void pause(Duration duration) {
		try {
			if (!this.stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		throw new CancellationException("The verifier has been stopped");
	}

}
