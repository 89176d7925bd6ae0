package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.InstanceRefusedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanState;

/**
 * This instance's place in the cluster: its lease and what it has acknowledged.
 */
final class Membership {

	private final InstanceIdentity self;

	private final RunnerSettings settings;

	private final Plans plans;

	private final InstanceStore store;

	private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

	private final Map<String, OwnDefinition> defined = new ConcurrentHashMap<>();

	private volatile boolean joined;

	private volatile long heldSince;

	Membership(InstanceIdentity self, RunnerSettings settings, Plans plans, InstanceStore store) {
		this.self = self;
		this.settings = settings;
		this.plans = plans;
		this.store = store;
	}

	InstanceIdentity self() {
		return this.self;
	}

	boolean isJoined() {
		return this.joined;
	}

	/**
	 * Renew the lease, or join when there is none.
	 * @throws InstanceRefusedException if this release must not take part
	 */
	CachedPlanStates.Lease renew() {
		long renewedAt = System.nanoTime();
		if (!this.joined || !this.store.renew(this.self.id(), this.settings.lease())) {
			this.joined = false;
			this.acknowledged.clear();
			this.defined.clear();
			List<Participation> participations = this.plans.all().stream().map(this::participation).toList();
			this.store.join(this.self, this.settings.poll(), this.settings.lease(), participations, this::check);
			participations.forEach((participation) -> this.defined.put(participation.planId(), participation.own()));
			this.heldSince = renewedAt;
			this.joined = true;
		}
		return new CachedPlanStates.Lease(this.heldSince, renewedAt + this.settings.lease().toNanos());
	}

	void leave() {
		if (this.joined) {
			this.joined = false;
			this.store.leave(this.self.id());
		}
	}

	void acknowledge(PlanState state) {
		Long previous = this.acknowledged.get(state.planId());
		if (previous == null || previous < state.epoch()) {
			this.store.acknowledge(state.planId(), this.self.id(), state.epoch());
			this.acknowledged.put(state.planId(), state.epoch());
		}
	}

	/**
	 * Let the others know what this instance means by a plan.
	 */
	void define(MigrationPlan plan) {
		OwnDefinition own = this.plans.own(plan);
		if (!own.equals(this.defined.get(plan.id()))) {
			this.store.define(plan.id(), this.self.id(), own);
			this.defined.put(plan.id(), own);
		}
	}

	private Participation participation(MigrationPlan plan) {
		OwnDefinition own = this.plans.own(plan);
		return hasSay() ? Participation.of(plan, own) : Participation.silent(plan, own);
	}

	/**
	 * Whether this instance's configuration counts.
	 */
	boolean hasSay() {
		return this.settings.role() == RunnerSettings.Role.INSTANCE;
	}

	private void check(Map<String, MigrationPhase> phases) {
		for (MigrationPlan plan : this.plans.all()) {
			MigrationPhase phase = phases.getOrDefault(plan.id(), MigrationPhase.OFF);
			boolean usesSource = hasSay() && this.plans.isSwitchedByRelease(plan)
					&& plan.uses() != MigrationSide.TARGET;
			if (usesSource && phase.isAtLeast(MigrationPhase.CONTRACT)) {
				throw new InstanceRefusedException(plan.id(), phase);
			}
		}
	}

}
