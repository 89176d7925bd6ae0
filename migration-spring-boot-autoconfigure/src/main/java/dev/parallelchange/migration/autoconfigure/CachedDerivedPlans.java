package dev.parallelchange.migration.autoconfigure;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PhaseUncertainException;
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
		DerivedPlan known = known(plan);
		if (known.isProvisional()) {
			throw new PhaseUncertainException(plan.id(),
					"Plan '%s' has no target before its expand scripts have been run. Try again".formatted(plan.id()));
		}
		return known;
	}

	private DerivedPlan known(MigrationPlan plan) {
		return this.derived.computeIfAbsent(plan.id(), (id) -> derive(plan));
	}

	@Override
	public DerivedPlan refresh(MigrationPlan plan) {
		DerivedPlan known = known(plan);
		if (this.validation.isCurrent(known)) {
			return known;
		}
		DerivedPlan derived = derive(plan);
		this.derived.put(plan.id(), derived);
		return derived;
	}

	private DerivedPlan derive(MigrationPlan plan) {
		return this.validation.derive(plan)
			.orElseThrow(() -> new PhaseUncertainException(plan.id(),
					"Plan '%s' cannot be derived from its tables at the moment; the log says why. Try again"
						.formatted(plan.id())));
	}

	/**
	 * Derive what can be derived, and refuse what never can.
	 */
	void validate(Collection<MigrationPlan> plans) {
		this.validation.validate(plans).forEach((plan) -> this.derived.put(plan.id(), plan));
	}

}
