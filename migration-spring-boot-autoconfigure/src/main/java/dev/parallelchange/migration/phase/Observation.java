package dev.parallelchange.migration.phase;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEngine;

/**
 * Learns where the plans stand without taking part in them.
 */
final class Observation {

	private final Plans plans;

	private final AgreementReader agreements;

	private final CachedPlanStates states;

	private final List<MigrationEngine> engines;

	private final Failures failures;

	Observation(Plans plans, AgreementReader agreements, CachedPlanStates states, List<MigrationEngine> engines,
			Failures failures) {
		this.plans = plans;
		this.agreements = agreements;
		this.states = states;
		this.engines = List.copyOf(engines);
		this.failures = failures;
	}

	/**
	 * Look once. Without a lease nothing that is read here lets a writer through.
	 */
	void look() {
		this.plans.derive(this.failures);
		long readAt = System.nanoTime();
		this.agreements.readAll().forEach((declared, agreement) -> {
			this.states.publish(agreement.stored(), readAt);
			DerivedPlan plan = this.plans.derived(declared);
			if (plan != null) {
				this.engines.forEach((engine) -> this.failures.attempt(plan.id(), "look at the plan",
						() -> engine.observe(plan, agreement.stored().state())));
			}
		});
	}

}
