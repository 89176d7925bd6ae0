package dev.parallelchange.migration.autoconfigure;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.plan.PlanValidation;

/**
 * Derives each plan as soon as that is possible, and again when its tables are altered.
 */
final class CachedDerivedPlans implements DerivedPlans {

	private final PlanValidation validation;

	private final Map<String, DerivedPlan> derived = new ConcurrentHashMap<>();

	CachedDerivedPlans(PlanValidation validation) {
		this.validation = validation;
	}

	@Override
	public DerivedPlan get(MigrationPlan plan) {
		return this.derived.computeIfAbsent(plan.id(),
				(id) -> this.validation.derive(plan)
					.orElseThrow(() -> new IllegalStateException(
							"Plan '%s' cannot be derived yet; the log says why".formatted(id))));
	}

	@Override
	public DerivedPlan refresh(MigrationPlan plan) {
		DerivedPlan known = get(plan);
		if (this.validation.isCurrent(known)) {
			return known;
		}
		DerivedPlan derived = this.validation.derive(plan)
			.orElseThrow(() -> new IllegalStateException(
					"Plan '%s' cannot be derived again; the log says why".formatted(plan.id())));
		this.derived.put(plan.id(), derived);
		return derived;
	}

	/**
	 * Derive what can be derived, and refuse what never can.
	 */
	void validate(Collection<MigrationPlan> plans) {
		this.validation.validate(plans).forEach((plan) -> this.derived.put(plan.id(), plan));
	}

}
