package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.Admission;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DerivedPlans;
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

	private final List<MigrationEngine> engines;

	private final Duration interval;

	private final Failures failures;

	private volatile @Nullable PollLoop loop;

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
		this.plans = new Plans(MigrationPlans.of(plans), deriver);
		this.agreements = new AgreementReader(this.plans, planStore, instanceStore);
		this.statuses = new StatusReader(self.id(), this.plans, planStore, gates, engines, flags);
		this.changes = new ChangeHandler(this.plans, planStore, this.agreements, gates,
				new DefinitionAcceptance(self.id(), this.plans, planStore, this.agreements, listener));
		this.admission = new AdmissionCheck(this.plans, this.statuses);
		this.membership = new Membership(self, settings.lease(), this.plans, instanceStore);
		this.failures = new Failures(listener);
		this.states = states;
		this.engines = List.copyOf(engines);
		this.interval = settings.poll();
		PhaseMachine machine = new PhaseMachine(self.id(), planStore, this.agreements, gates, fenceStore, settings,
				listener);
		FenceWatch fences = new FenceWatch(self.id(), fenceStore, this.agreements, states, machine, engines,
				settings.poll());
		this.poll = new Poll(this.plans, planStore, this.agreements, this.membership, states, this.admission,
				new DefinitionKeeper(this.plans, planStore, this.membership, listener), machine, engines, flags,
				this.failures, fences);
	}

	@Override
	public List<MigrationStatus> list() {
		if (this.plans.all().isEmpty()) {
			return List.of();
		}
		List<MigrationStatus> all = new ArrayList<>();
		this.agreements.readAll().forEach((plan, agreement) -> all.add(this.statuses.status(plan, agreement, null)));
		return all;
	}

	@Override
	public MigrationStatus status(String planId) {
		MigrationPlan plan = this.plans.named(planId);
		return this.statuses.status(plan, this.agreements.read(plan), null);
	}

	@Override
	public MigrationStatus change(String planId, ChangeRequest request) {
		Assert.notNull(request, "'request' must not be null");
		MigrationPlan plan = this.plans.named(planId);
		RequestRules.checkValues(request);
		if (request.dryRun()) {
			return this.statuses.status(plan, this.changes.imagine(plan, request), request.phase());
		}
		this.changes.apply(plan, request);
		wake();
		return status(planId);
	}

	@Override
	public List<String> obstacles() {
		return this.admission.obstacles();
	}

	@Override
	public synchronized void start() {
		if (this.loop != null || this.plans.all().isEmpty()) {
			return;
		}
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
		if (running == null) {
			return;
		}
		running.stop();
		this.engines
			.forEach((engine) -> this.failures.attempt("*", "stop " + engine.getClass().getSimpleName(), engine::stop));
		this.states.expire();
		leave();
		this.loop = null;
	}

	@Override
	public boolean isRunning() {
		return this.loop != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	boolean poll() {
		return this.poll.run();
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
