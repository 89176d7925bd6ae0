package dev.parallelchange.migration.phase;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.MigrationPlan;

/**
 * Reads where plans stand and what the cluster wants.
 */
final class AgreementReader {

	private final Plans plans;

	private final PlanStore planStore;

	private final InstanceStore instanceStore;

	AgreementReader(Plans plans, PlanStore planStore, InstanceStore instanceStore) {
		this.plans = plans;
		this.planStore = planStore;
		this.instanceStore = instanceStore;
	}

	Agreement read(MigrationPlan plan) {
		List<String> id = List.of(plan.id());
		return agreement(plan, this.planStore.load(id), this.instanceStore.live(id));
	}

	/**
	 * Read a plan in the transaction of its transition.
	 */
	Agreement readHeld(MigrationPlan plan) {
		return agreement(plan, this.planStore.load(List.of(plan.id())), this.instanceStore.liveAndHeld(plan.id()));
	}

	/**
	 * Read all plans, in the order of their declaration.
	 */
	Map<MigrationPlan, Agreement> readAll() {
		Map<String, StoredPlan> stored = this.planStore.load(this.plans.ids());
		List<Participant> participants = this.instanceStore.live(this.plans.ids());
		Map<MigrationPlan, Agreement> agreements = new LinkedHashMap<>();
		this.plans.all().forEach((plan) -> agreements.put(plan, agreement(plan, stored, participants)));
		return agreements;
	}

	private Agreement agreement(MigrationPlan plan, Map<String, StoredPlan> stored, List<Participant> participants) {
		StoredPlan known = stored.get(plan.id());
		return new Agreement((known != null) ? known : StoredPlan.initial(plan.id()),
				participants.stream().filter((participant) -> participant.planId().equals(plan.id())).toList(),
				this.plans.isSwitchedByRelease(plan));
	}

}
