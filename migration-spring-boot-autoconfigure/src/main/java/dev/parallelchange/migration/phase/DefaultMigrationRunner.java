package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.Admission;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.InstanceRefusedException;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Runs all plans of this instance on one thread, together with the other instances.
 *
 * <p>
 * It starts before the web server and stops after it.
 */
public final class DefaultMigrationRunner implements MigrationRunner, Admission, SmartLifecycle {

	/** The lifecycle phase: below Spring Boot's web server. */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private static final Duration STARTUP_PATIENCE = Duration.ofSeconds(2);

	private static final Duration LEAVE_PATIENCE = Duration.ofSeconds(2);

	private final Plans plans;

	private final AgreementReader agreements;

	private final StatusReader statuses;

	private final ChangeHandler changes;

	private final AdmissionCheck admission;

	private final Membership membership;

	private final Poll poll;

	private final CachedPlanStates states;

	private final PlanStore store;

	private final List<MigrationEngine> engines;

	private final Duration interval;

	private final MigrationListener listener;

	private final Failures failures;

	private final @Nullable Observation observation;

	private volatile @Nullable PollLoop loop;

	private volatile boolean observing;

	/**
	 * Create a runner.
	 * @param plans the plans as declared
	 * @param deriver derives plans; asked again in each poll
	 * @param planStore where the plans' states are kept
	 * @param instanceStore where the instances are kept
	 * @param fenceStore where fences are announced
	 * @param engines the parts that do the work
	 * @param flags the flags
	 * @param states takes the states that were read last
	 * @param listener is told of transitions and failures
	 * @param settings how this instance takes part
	 */
	public DefaultMigrationRunner(List<MigrationPlan> plans, DerivedPlans deriver, PlanStore planStore,
			InstanceStore instanceStore, FenceStore fenceStore, List<MigrationEngine> engines, MigrationFlags flags,
			CachedPlanStates states, MigrationListener listener, RunnerSettings settings) {
		InstanceIdentity self = InstanceIdentity.of(settings);
		StepGates gates = new StepGates(instanceStore, engines);
		this.store = planStore;
		this.plans = new Plans(MigrationPlans.of(plans), deriver);
		this.agreements = new AgreementReader(this.plans, planStore, instanceStore);
		this.statuses = new StatusReader(self.id(), this.plans, planStore, gates, engines, flags);
		this.changes = new ChangeHandler(this.plans, planStore, this.agreements, gates,
				new DefinitionAcceptance(self.id(), this.plans, planStore, this.agreements, listener));
		this.admission = new AdmissionCheck(this.plans, this.statuses);
		this.membership = new Membership(self, settings, this.plans, instanceStore);
		this.listener = listener;
		this.failures = new Failures(listener);
		this.states = states;
		this.engines = List.copyOf(engines);
		this.interval = settings.poll();
		this.observation = (settings.role() == RunnerSettings.Role.OBSERVER)
				? new Observation(this.plans, this.agreements, states, engines, this.failures) : null;
		PhaseMachine machine = new PhaseMachine(self.id(), planStore, this.agreements, gates, fenceStore, settings,
				listener);
		FenceWatch fences = new FenceWatch(self.id(), fenceStore, this.agreements, states, machine, engines,
				settings.poll());
		this.poll = new Poll(this.plans, planStore, this.agreements, this.membership, states, this.admission,
				new DefinitionKeeper(this.plans, planStore, this.membership, listener), machine, engines, flags,
				this.failures, fences, new AutomaticRollback(planStore, gates, this.statuses, listener));
	}

	@Override
	public List<MigrationStatus> list() {
		if (this.plans.all().isEmpty()) {
			return List.of();
		}
		observe();
		return this.store.reading(() -> this.agreements.readAll()
			.entrySet()
			.stream()
			.map((read) -> this.statuses.status(read.getKey(), read.getValue(), null))
			.toList());
	}

	@Override
	public MigrationStatus status(String planId) {
		MigrationPlan plan = this.plans.named(planId);
		observe();
		return this.store.reading(() -> this.statuses.status(plan, this.agreements.read(plan), null));
	}

	@Override
	public MigrationStatus change(String planId, ChangeRequest request) {
		Assert.notNull(request, "'request' must not be null");
		MigrationPlan plan = this.plans.named(planId);
		RequestRules.checkValues(request);
		observe();
		if (request.dryRun()) {
			return this.statuses.status(plan, this.changes.imagine(plan, request), request.phase());
		}
		record(plan, request);
		wake();
		return status(planId);
	}

	private void record(MigrationPlan plan, ChangeRequest request) {
		try {
			this.changes.apply(plan, request);
		}
		catch (GateClosedException | IllegalArgumentException ex) {
			this.listener.onEvent(RequestNotice.of(plan.id(), request, ex));
			throw ex;
		}
		this.listener.onEvent(RequestNotice.of(plan.id(), request, null));
	}

	@Override
	public CompletableFuture<Rehearsal> rehearse(String planId, RehearsalRequest request) {
		Assert.notNull(request, "'request' must not be null");
		MigrationPlan plan = this.plans.named(planId);
		observe();
		DerivedPlan derived = this.plans.rehearsed(plan, this.agreements.read(plan).stored().phase());
		return this.engines.stream()
			.flatMap((engine) -> engine.rehearse(derived, request).stream())
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Nothing in this application rehearses plans"));
	}

	@Override
	public List<String> obstacles() {
		return this.admission.obstacles();
	}

	@Override
	public synchronized void start() {
		if (isRunning() || this.plans.all().isEmpty()) {
			return;
		}
		if (this.observation != null) {
			this.observing = true;
			return;
		}
		this.engines.forEach(MigrationEngine::start);
		this.poll.expectFirst();
		PollLoop started = new PollLoop(this.interval, this::poll);
		this.loop = started;
		started.start();
		try {
			this.poll.awaitFirst(STARTUP_PATIENCE);
		}
		catch (InstanceRefusedException ex) {
			stop();
			throw ex;
		}
	}

	@Override
	public synchronized void stop() {
		PollLoop running = this.loop;
		if (running != null) {
			running.stop();
		}
		if (isRunning()) {
			this.engines.forEach(
					(engine) -> this.failures.attempt("*", "stop " + engine.getClass().getSimpleName(), engine::stop));
			this.states.expire();
		}
		if (running != null) {
			leave();
		}
		this.loop = null;
		this.observing = false;
	}

	@Override
	public boolean isRunning() {
		return this.loop != null || this.observing;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	boolean poll() {
		return this.poll.run();
	}

	/**
	 * What others learn from their polls, an observer reads when it is asked.
	 */
	private void observe() {
		if (this.observation != null) {
			this.observation.look();
		}
	}

	private void wake() {
		PollLoop running = this.loop;
		if (running != null) {
			running.wake();
		}
	}

	/**
	 * On a thread of its own, since a database that does not answer must not delay the
	 * end; the lease then ends by itself.
	 */
	private void leave() {
		Thread thread = new MigrationThread(Work.STATE,
				() -> this.failures.attempt("*", "end its lease", this.membership::leave), "migration-runner-leave");
		thread.start();
		try {
			thread.join(LEAVE_PATIENCE.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
