package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InstanceRefusedException;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import org.jspecify.annotations.Nullable;

/**
 * What is done once in each interval: stay alive, learn where the plans stand, let the
 * engines work, and move plans on.
 */
final class Poll {

	private final Plans plans;

	private final PlanStore store;

	private final AgreementReader agreements;

	private final Membership membership;

	private final CachedPlanStates states;

	private final AdmissionCheck admission;

	private final DefinitionKeeper definitions;

	private final PhaseMachine machine;

	private final List<MigrationEngine> engines;

	private final MigrationFlags flags;

	private final Failures failures;

	private final FenceWatch fences;

	private final AutomaticRollback rollback;

	private final DryRun dryRun = new DryRun();

	private volatile CountDownLatch first = new CountDownLatch(1);

	private volatile @Nullable InstanceRefusedException refusal;

	Poll(Plans plans, PlanStore store, AgreementReader agreements, Membership membership, CachedPlanStates states,
			AdmissionCheck admission, DefinitionKeeper definitions, PhaseMachine machine, List<MigrationEngine> engines,
			MigrationFlags flags, Failures failures, FenceWatch fences, AutomaticRollback rollback) {
		this.plans = plans;
		this.store = store;
		this.agreements = agreements;
		this.membership = membership;
		this.states = states;
		this.admission = admission;
		this.definitions = definitions;
		this.machine = machine;
		this.engines = List.copyOf(engines);
		this.flags = flags;
		this.failures = failures;
		this.fences = fences;
		this.rollback = rollback;
	}

	/**
	 * Poll once; never throws.
	 * @return whether a plan has moved
	 */
	boolean run() {
		try {
			boolean moved = poll();
			this.failures.succeeded(this.plans.ids(), "take part");
			return moved;
		}
		catch (InstanceRefusedException ex) {
			this.refusal = ex;
			this.admission.refused(ex);
			this.failures.failed(this.plans.ids(), "take part", ex);
		}
		catch (RuntimeException ex) {
			this.failures.failed(this.plans.ids(), "take part", ex);
		}
		finally {
			this.first.countDown();
		}
		return false;
	}

	/**
	 * Count the next poll as the first one.
	 */
	void expectFirst() {
		this.refusal = null;
		this.first = new CountDownLatch(1);
	}

	/**
	 * Wait for the first poll to learn where the plans stand, but not for long.
	 * @throws InstanceRefusedException if this release must not take part
	 */
	void awaitFirst(Duration patience) {
		try {
			if (this.first.await(patience.toMillis(), TimeUnit.MILLISECONDS) && this.refusal != null) {
				throw this.refusal;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean poll() {
		CachedPlanStates.Lease lease = renew();
		long readAt = System.nanoTime();
		Map<MigrationPlan, Agreement> known = this.agreements.readAll();
		Map<String, StoredPlan> current = new HashMap<>();
		known.forEach((plan, agreement) -> current.put(plan.id(), agreement.stored()));
		this.states.publish(current, readAt, lease);
		this.admission.update(known);
		this.first.countDown();
		boolean moved = false;
		for (Map.Entry<MigrationPlan, Agreement> entry : known.entrySet()) {
			moved |= work(entry.getKey(), entry.getValue());
		}
		return moved;
	}

	/**
	 * The order matters when the database is down: its first statement tells.
	 */
	private CachedPlanStates.Lease renew() {
		if (!this.membership.isJoined()) {
			this.store.create(this.plans.ids());
			this.plans.derive(this.failures);
		}
		CachedPlanStates.Lease lease = this.membership.renew();
		this.plans.derive(this.failures);
		return lease;
	}

	/**
	 * The tables are looked at after the accepted definition has been read, so that
	 * another instance that has noticed a change first is not taken for a stranger.
	 */
	private boolean work(MigrationPlan declared, Agreement agreement) {
		if (!agreement.stored().phase().isAtLeast(MigrationPhase.CONTRACT)) {
			this.plans.refresh(declared, this.failures);
		}
		DerivedPlan plan = this.plans.derived(declared);
		return plan != null && work(plan, agreement);
	}

	private boolean work(DerivedPlan plan, Agreement agreement) {
		PlanState state = agreement.stored().state();
		this.dryRun.tell(plan, state.phase());
		this.failures.attempt(plan.id(), "acknowledge " + state.phase(), () -> acknowledge(state));
		boolean agreed = agrees(plan, agreement);
		if (DryRun.isIdle(plan, agreement.stored())) {
			return false;
		}
		this.failures.attempt(plan.id(), "carry the write flag", () -> carryWriteFlag(plan, state));
		for (MigrationEngine engine : this.engines) {
			if (engine.worksFor(plan)) {
				this.failures.attempt(plan.id(), "run " + engine.getClass().getSimpleName(),
						() -> run(engine, agreed, plan, state));
			}
		}
		this.failures.attempt(plan.id(), "look for a reason to go back", () -> this.rollback.look(plan, agreement));
		boolean[] moved = new boolean[1];
		boolean moves = agreed || this.membership.hasSay();
		this.failures.attempt(plan.id(), "move on", () -> moved[0] = moveOn(plan, agreement, moves));
		return moved[0];
	}

	private boolean agrees(DerivedPlan plan, Agreement agreement) {
		boolean[] agreed = new boolean[1];
		this.failures.attempt(plan.id(), "compare the definition",
				() -> agreed[0] = this.definitions.keep(plan, agreement));
		return agreed[0];
	}

	private static void run(MigrationEngine engine, boolean agreed, DerivedPlan plan, PlanState state) {
		if (agreed) {
			engine.tick(plan, state);
		}
		else {
			engine.suspend(plan, state);
		}
	}

	private boolean moveOn(DerivedPlan plan, Agreement agreement, boolean moves) {
		Fence fence = agreement.stored().fence();
		if (fence != null) {
			return this.fences.attend(plan, fence, moves);
		}
		return moves && this.machine.advance(plan, agreement);
	}

	private void acknowledge(PlanState state) {
		if (this.engines.stream().allMatch((engine) -> engine.hasDrained(state.planId(), state.epoch()))) {
			this.membership.acknowledge(state);
		}
	}

	/**
	 * With triggers, releases of both sides write from DUAL_READ on.
	 */
	private static boolean mayDefer(DerivedPlan plan, PlanState state) {
		return plan.mirror() == MirrorKind.PROXIES || !state.phase().isAtLeast(MigrationPhase.DUAL_READ);
	}

	private void carryWriteFlag(DerivedPlan plan, PlanState state) {
		boolean deferred = mayDefer(plan, state) && !this.flags.isEnabled(plan.plan(), MigrationFlag.WRITE, null);
		if (deferred != state.writesDeferred()) {
			this.store.deferWrites(plan.id(), deferred);
		}
	}

}
